// SPDX-License-Identifier: GPL-2.0-only
/*
 * json-valid: standard input is JSON values, one after the other (RFC 8259), and
 * at least one. Exit status 0 or 1. For the test of afbusctl, where nothing else
 * reads JSON.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char text[1 << 20];
static const char *at = text;

static void __attribute__((noreturn)) wrong(const char *what)
{
	fprintf(stderr, "json-valid: %s at: %.40s\n", what, at);
	exit(1);
}

static void space(void)
{
	at += strspn(at, " \t\r\n");
}

static bool is(char c)
{
	space();
	if (*at != c)
		return false;
	at++;
	return true;
}

static void string(void)
{
	if (!is('"'))
		wrong("no string");
	for (; *at != '"'; at++) {
		if ((unsigned char)*at < 0x20)
			wrong("a control character or the end in a string");
		if (*at != '\\')
			continue;
		at++;
		if (*at == 'u' && strspn(at + 1, "0123456789abcdefABCDEF") >= 4)
			at += 4;
		else if (!*at || !strchr("\"\\/bfnrt", *at))
			wrong("an unknown escape");
	}
	at++;
}

static void digits(void)
{
	size_t n = strspn(at, "0123456789");

	if (!n)
		wrong("no digit");
	at += n;
}

static void number(void)
{
	at += *at == '-';
	if (at[0] == '0' && isdigit((unsigned char)at[1]))
		wrong("a leading zero");
	digits();
	if (*at == '.') {
		at++;
		digits();
	}
	if (*at == 'e' || *at == 'E') {
		at++;
		at += *at == '-' || *at == '+';
		digits();
	}
}

static void value(void);

static void members(char end, bool named)
{
	if (is(end))
		return;
	do {
		if (named) {
			string();
			if (!is(':'))
				wrong("no colon");
		}
		value();
	} while (is(','));
	if (!is(end))
		wrong("no end of an object or array");
}

static void value(void)
{
	static const char *const word[] = { "true", "false", "null" };
	size_t i;

	space();
	for (i = 0; i < 3; i++) {
		if (!strncmp(at, word[i], strlen(word[i]))) {
			at += strlen(word[i]);
			return;
		}
	}
	if (*at == '"')
		string();
	else if (is('{'))
		members('}', true);
	else if (is('['))
		members(']', false);
	else
		number();
}

int main(void)
{
	size_t len = fread(text, 1, sizeof(text) - 1, stdin);

	if (strlen(text) != len)
		wrong("a NUL");
	do {
		value();
		space();
	} while (*at);
	return 0;
}
