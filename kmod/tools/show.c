// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel answered, for people and for programs. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/afbus.h>

#include "genl.h"
#include "show.h"

/* Memory that a few hundred bytes are asked of: without it there is nothing to show. */
static void *kept(void *memory)
{
	if (!memory) {
		fputs("afbusctl: out of memory\n", stderr);
		exit(1);
	}
	return memory;
}

/* Answers */

void answers_add(void *arg, __u8 cmd, const struct nlattr *attrs, size_t len)
{
	struct answers *answers = arg;
	unsigned int n = answers->count++;

	(void)cmd;
	answers->attrs = kept(reallocarray(answers->attrs, n + 1, sizeof(*answers->attrs)));
	answers->len = kept(reallocarray(answers->len, n + 1, sizeof(*answers->len)));
	answers->attrs[n] = memcpy(kept(malloc(len + 1)), attrs, len);
	answers->len[n] = len;
}

void answers_drop(struct answers *answers)
{
	while (answers->count)
		free(answers->attrs[--answers->count]);
	free(answers->attrs);
	free(answers->len);
	answers->attrs = NULL;
	answers->len = NULL;
}

/* Text */

/* Bytes of the UTF-8 character at @s, or zero if there is none. */
static size_t utf8_length(const unsigned char *s, size_t len)
{
	static const unsigned int smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t size = s[0] < 0x80 ? 1 : s[0] >> 5 == 6 ? 2 : s[0] >> 4 == 14 ? 3 :
		      s[0] >> 3 == 30 ? 4 : 0;
	unsigned int c = size == 1 ? s[0] : s[0] & (0x7f >> size);
	size_t i;

	if (!size || size > len)
		return 0;
	for (i = 1; i < size; i++) {
		if (s[i] >> 6 != 2)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < smallest[size] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	return size;
}

bool is_text(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = utf8_length(s + i, len - i);
		if (!n || !s[i])
			return false;
	}
	return true;
}

/* No character, or a control one; C1 are two bytes from 0xc2 0x80 to 0xc2 0x9f. */
static bool upsets_terminal(const unsigned char *s, size_t n)
{
	return !n || s[0] < 0x20 || s[0] == 0x7f || (n == 2 && s[0] == 0xc2 && s[1] < 0xa0);
}

static void put_text(FILE *out, const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t i, n;

	for (i = 0; i < len; i += n) {
		n = utf8_length(s + i, len - i);
		if (upsets_terminal(s + i, n)) {
			fprintf(out, "\\x%02x", s[i]);
			n = 1;
		} else {
			fwrite(s + i, n, 1, out);
		}
	}
}

void show_text(const void *bytes, size_t len)
{
	put_text(stdout, bytes, len);
}

static void put_addr(FILE *out, __u64 addr)
{
	if (addr & BUS_ADDR_GROUP)
		fprintf(out, "group:%llu", (addr & ~BUS_ADDR_GROUP));
	else if (addr)
		fprintf(out, "0x%llx", addr);
	else
		fputs("-", out);
}

void show_addr(__u64 addr)
{
	put_addr(stdout, addr);
}

/* A string ends at its NUL. */
static size_t string_length(const struct nlattr *a)
{
	return strnlen(genl_data(a), genl_len(a));
}

static void put_flags(FILE *out, const struct spec_attr *spec, __u32 mask)
{
	const char *separator = "";
	int bit;

	for (bit = 0; spec->flags[bit]; bit++) {
		if (!(mask & 1U << bit))
			continue;
		fprintf(out, "%s%s", separator, spec->flags[bit]);
		separator = ",";
	}
}

static void put_value(FILE *out, const struct spec_attr *spec, const struct nlattr *a)
{
	if (spec->type == SPEC_FLAG)
		fputs(a ? "yes" : "-", out);
	else if (!a)
		fputs("-", out);
	else if (spec->type == SPEC_U32)
		fprintf(out, strcmp(spec->name, "mode") ? "%u" : "0%o", genl_u32(a));
	else if (spec->type == SPEC_U64)
		fprintf(out, "%llu", genl_u64(a));
	else if (spec->type == SPEC_ADDR)
		put_addr(out, genl_u64(a));
	else if (spec->type == SPEC_FLAGS)
		put_flags(out, spec, genl_u32(a));
	else if (spec->type == SPEC_STRING)
		put_text(out, genl_data(a), string_length(a));
}

void show_pairs(const struct spec_set *set, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[set->max + 1];
	const char *separator = "";
	int i;

	genl_parse(table, set->max, attrs, len);
	for (i = 1; i <= set->max; i++) {
		const struct spec_attr *spec = &set->attr[i];

		if (!table[i] || !spec->type)
			continue;
		printf("%s%s=", separator, spec->name);
		put_value(stdout, spec, table[i]);
		separator = " ";
	}
}

/* A table: text to the left, numbers to the right. Row 0 is the heading. */

static char *cell_text(const struct answers *answers, unsigned int row, __u16 column)
{
	const struct spec_attr *spec = &answers->set->attr[column];
	const struct nlattr *table[answers->set->max + 1];
	char *text, *c;
	size_t size;
	FILE *out = kept(open_memstream(&text, &size));

	if (row) {
		genl_parse(table, answers->set->max, answers->attrs[row - 1],
			   answers->len[row - 1]);
		put_value(out, spec, table[column]);
	} else {
		fputs(spec->name, out);
	}
	fclose(out);
	for (c = kept(text); !row && *c; c++)
		*c = toupper((unsigned char)*c);
	return text;
}

static void put_cell(const char *text, enum spec_type type, int width, bool last)
{
	if (type == SPEC_U32 || type == SPEC_U64)
		printf("%*s", width, text);
	else
		printf("%-*s", last ? 0 : width, text);
	fputs(last ? "\n" : "  ", stdout);
}

void show_table(const struct answers *answers, const __u16 *columns)
{
	unsigned int rows = answers->count + 1, count = 0, row, i;
	char **cell;
	int *width;

	while (columns[count])
		count++;
	cell = kept(calloc((size_t)rows * count, sizeof(*cell)));
	width = kept(calloc(count, sizeof(*width)));
	for (row = 0; row < rows; row++) {
		for (i = 0; i < count; i++) {
			char *text = cell_text(answers, row, columns[i]);
			int size = strlen(text);

			cell[row * count + i] = text;
			width[i] = size > width[i] ? size : width[i];
		}
	}
	for (row = 0; row < rows; row++) {
		for (i = 0; i < count; i++) {
			put_cell(cell[row * count + i], answers->set->attr[columns[i]].type,
				 width[i], i + 1 == count);
			free(cell[row * count + i]);
		}
	}
	free(cell);
	free(width);
}

/* JSON */

void json_string(const void *bytes, size_t len)
{
	const unsigned char *s = bytes;
	size_t i, n;

	putchar('"');
	for (i = 0; i < len; i += n) {
		n = utf8_length(s + i, len - i);
		if (!n) {
			fputs("\xef\xbf\xbd", stdout);	/* the replacement character */
			n = 1;
		} else if (s[i] == '"' || s[i] == '\\') {
			printf("\\%c", s[i]);
		} else if (s[i] < 0x20) {
			printf("\\u%04x", s[i]);
		} else {
			fwrite(s + i, n, 1, stdout);
		}
	}
	putchar('"');
}

void json_name(bool *first, const char *name)
{
	if (!*first)
		putchar(',');
	*first = false;
	printf("\"%s\":", name);
}

static void json_flags(const struct spec_attr *spec, __u32 mask)
{
	const char *separator = "";
	int bit;

	putchar('[');
	for (bit = 0; spec->flags[bit]; bit++) {
		if (!(mask & 1U << bit))
			continue;
		printf("%s\"%s\"", separator, spec->flags[bit]);
		separator = ",";
	}
	putchar(']');
}

void json_attrs(bool *first, const struct spec_set *set, const struct nlattr *attrs, size_t len)
{
	const struct nlattr *table[set->max + 1];
	int i;

	genl_parse(table, set->max, attrs, len);
	for (i = 1; i <= set->max; i++) {
		const struct spec_attr *spec = &set->attr[i];
		const struct nlattr *a = table[i];

		if (!a || !spec->type)
			continue;
		json_name(first, spec->name);
		switch (spec->type) {
		case SPEC_U32:
			printf("%u", genl_u32(a));
			break;
		case SPEC_U64:
			printf("%llu", genl_u64(a));
			break;
		case SPEC_ADDR:
			printf("\"0x%llx\"", genl_u64(a));
			break;
		case SPEC_FLAGS:
			json_flags(spec, genl_u32(a));
			break;
		case SPEC_STRING:
			json_string(genl_data(a), string_length(a));
			break;
		case SPEC_FLAG:
		case SPEC_NONE:
			fputs("true", stdout);
			break;
		}
	}
}

void show_json_list(const struct answers *answers)
{
	unsigned int i;

	putchar('[');
	for (i = 0; i < answers->count; i++) {
		bool first = true;

		fputs(i ? ",\n {" : "{", stdout);
		json_attrs(&first, answers->set, answers->attrs[i], answers->len[i]);
		putchar('}');
	}
	puts("]");
}
