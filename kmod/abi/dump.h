/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of "name value" as data of the object file, in the order they are
 * written. They are read out of the section .abi, so that no program has to run:
 * any machine can say what is true on another.
 */
#ifndef ABI_DUMP_H
#define ABI_DUMP_H

struct line {
	char name[57];
	char value[23];		/* sign, digits with leading zeros, newline */
};

#define ABI	const struct line abi[] __attribute__((section(".abi"), used))

#define ABS(v)		((v) < 0 ? 0 - (unsigned long long)(v) : (unsigned long long)(v))
#define DIGIT(v, n)	((char)('0' + ABS(v) / (n) % 10))
#define DIGITS(v, n)	DIGIT(v, (n) * 1000ULL), DIGIT(v, (n) * 100ULL), \
			DIGIT(v, (n) * 10ULL), DIGIT(v, (n) * 1ULL)
#define DECIMAL(v)	{ (v) < 0 ? '-' : '+', \
			  DIGITS(v, 10000000000000000ULL), DIGITS(v, 1000000000000ULL), \
			  DIGITS(v, 100000000ULL), DIGITS(v, 10000ULL), DIGITS(v, 1ULL), '\n' }

/* The value of a constant; the size of a structure; place and size of a field. */
#define VALUE(c)	{ #c, DECIMAL(c) }
#define SIZE(s)		{ "sizeof:" #s, DECIMAL(sizeof(struct s)) }
#define FIELD(s, f)	{ "offsetof:" #s "." #f, DECIMAL(__builtin_offsetof(struct s, f)) }, \
			{ "sizeof:" #s "." #f, DECIMAL(sizeof(((struct s *)0)->f)) }

#endif
