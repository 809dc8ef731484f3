/* test_texts.c — the table of texts: what each row must keep in every language. */

#include "sim/texts.h"

#include <string.h>

#include "sim/plot.h"
#include "tests/harness.h"

static size_t conversion_length(const char *c)
{
    size_t n = 1 + strspn(c + 1, "-+ #0");
    n += strspn(c + n, "0123456789");
    n += c[n] == '.' ? 1 + strspn(c + n + 1, "0123456789") : 0;
    n += strspn(c + n, "hljzt");
    return c[n] != '\0' && strchr("diouxXeEfFgGaAcspn", c[n]) != NULL ? n + 1 : 0;
}

/* The conversions of a format, one after the other and nothing else: "%s %.2f %%"
 * gives "s;.2f;".  A text that is no format may say "99 % within"; a format may not. */
static void conversions(const char *format, char out[256])
{
    size_t n = 0;
    bool bare = false;
    for (const char *c = format; *c != '\0'; c++) {
        if (*c != '%')
            continue;
        size_t length = conversion_length(c);
        if (c[1] == '%') {
            c++;
        } else if (length == 0) {
            bare = true;
        } else {
            ck_assert_uint_lt(n + length + 1, 256);
            memcpy(out + n, c + 1, length - 1);
            n += length - 1;
            out[n++] = ';';
            c += length - 1;
        }
    }
    out[n] = '\0';
    ck_assert_msg(n == 0 || !bare, "\"%s\": a %% that converts nothing", format);
}

static bool has_chinese(const char *text)
{
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++)
        if (*c >= 0xe4 && *c <= 0xe9) /* U+4E00 to U+9FFF */
            return true;
    return false;
}

/* Letters that are not part of a conversion. */
static bool has_words(const char *text)
{
    for (const char *c = text; *c != '\0'; c++) {
        size_t length = *c == '%' ? conversion_length(c) : 0;
        if (length > 0)
            c += length - 1;
        else if ((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z'))
            return true;
    }
    return false;
}

/* The rows are too many for a process each. */
START_TEST(every_row_has_the_same_conversions_in_every_language)
{
    char english[256];
    char chinese[256];
    for (size_t i = 0; i < text_row_count; i++) {
        conversions(text_rows[i].in[ENGLISH], english);
        conversions(text_rows[i].in[CHINESE], chinese);
        ck_assert_msg(strcmp(english, chinese) == 0, "%s: English takes %s, Chinese %s",
                      text_rows[i].key, english, chinese);
    }
}
END_TEST

static const struct {
    const char *format;
    const char *want;
} conversion_cases[] = {
    {"", ""},
    {"no conversion, 99 %%", ""},
    {"99 % within", ""},
    {"99%", ""},
    {"%s", "s;"},
    {"%%%s%%", "s;"},
    {"%.4g %% of %-13s, %016llx", ".4g;-13s;016llx;"},
    {"%zu个%5d", "zu;5d;"},
};

START_TEST(conversions_are_found_whatever_stands_around_them)
{
    char got[256];
    conversions(conversion_cases[_i].format, got);
    ck_assert_str_eq(got, conversion_cases[_i].want);
}
END_TEST

/* Chinese says these with punctuation alone; a language's tag is not read. */
static bool needs_no_words(const char *key)
{
    static const char *const keys[] = {"LANGUAGE_TAG", "FAULT_AT", "GOT_AT"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

START_TEST(what_is_said_in_english_is_said_in_chinese)
{
    for (size_t i = 0; i < text_row_count; i++) {
        const struct text_row *row = &text_rows[i];
        ck_assert_msg(row->in[ENGLISH][0] != '\0' && row->in[CHINESE][0] != '\0', "%s: empty",
                      row->key);
        if (has_words(row->in[ENGLISH]) && !needs_no_words(row->key))
            ck_assert_msg(has_chinese(row->in[CHINESE]), "%s: \"%s\"", row->key, row->in[CHINESE]);
    }
}
END_TEST

START_TEST(both_languages_end_in_the_same_white_space)
{
    for (size_t i = 0; i < text_row_count; i++) {
        const struct text_row *row = &text_rows[i];
        size_t english = strlen(row->in[ENGLISH]);
        size_t chinese = strlen(row->in[CHINESE]);
        ck_assert_msg((row->in[ENGLISH][english - 1] == '\n') ==
                          (row->in[CHINESE][chinese - 1] == '\n'),
                      "%s", row->key);
    }
}
END_TEST

START_TEST(no_key_stands_in_the_table_twice)
{
    for (size_t i = 0; i < text_row_count; i++)
        for (size_t k = i + 1; k < text_row_count; k++)
            ck_assert_in_loop(strcmp(text_rows[i].key, text_rows[k].key) != 0);
    ck_assert_uint_gt(text_row_count, 100);
}
END_TEST

/* --- pages and scripts ----------------------------------------------------- */

START_TEST(the_page_has_no_words_of_its_own)
{
    const char *page = strstr(carried_text("report.html"), "<body>");
    bool inside_tag = false;
    int rows = 0;
    ck_assert_ptr_nonnull(page);
    for (const char *c = page; *c != '\0'; c++) {
        if (strncmp(c, "{{", 2) == 0) {
            const char *end = strstr(c, "}}");
            ck_assert_ptr_nonnull(end);
            if (strncmp(c, "{{text ", 7) == 0) {
                ck_assert_msg(text_of(c + 7, (size_t)(end - c) - 7) != NULL, "%.40s", c);
                rows++;
            }
            c = end + 1;
            continue;
        }
        if (*c == '<' || *c == '>')
            inside_tag = *c == '<';
        else if (!inside_tag)
            ck_assert_msg(strchr(" \n", *c) != NULL, "a word of its own: %.40s", c);
    }
    ck_assert_int_gt(rows, 5);
}
END_TEST

static const char *const scripts[] = {"quota.gp", "acs.gp", "queue.gp", "waits.gp", "style.gp"};
static const char *const speaking[] = {"title", "ylabel", "xlabel", "label"};

/* Whatever gnuplot is to write is a variable: no quote follows the commands
 * that write, and each text_... is a row. */
START_TEST(a_script_has_no_words_of_its_own)
{
    const char *script = carried_text(scripts[_i]);
    ck_assert_ptr_nonnull(script);
    for (size_t k = 0; k < sizeof speaking / sizeof speaking[0]; k++)
        for (const char *c = script; (c = strstr(c, speaking[k])) != NULL;) {
            c += strlen(speaking[k]);
            ck_assert_msg(c[strspn(c, " 0123456789(")] != '"', "%s: %.40s", scripts[_i], c);
        }
    for (const char *c = script; (c = strstr(c, "text_")) != NULL; c++) {
        char key[64] = "PLOT_";
        size_t n = 5;
        for (const char *at = c + 5;
             (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_'; at++)
            key[n++] = (char)(*at >= 'a' ? *at - 'a' + 'A' : *at);
        if (n > 5) /* not the "text_..." of a comment */
            ck_assert_msg(text_of(key, n) != NULL, "%s: no row %s", scripts[_i], key);
    }
}
END_TEST

/* --- numbers --------------------------------------------------------------- */

static const struct {
    int64_t fen;
    const char *english;
    const char *chinese;
} short_amounts[] = {
    {0, "¥0.00", "¥0.00"},
    {-1, "-¥0.01", "-¥0.01"},
    {999999, "¥9,999.99", "¥9,999.99"},
    {1000000, "¥10,000.00", "1 万元"},
    {60235165, "¥602,351.65", "60.24 万元"},
    {99999999, "¥999,999.99", "100 万元"},
    {100000000, "¥1 M", "100 万元"},
    {123456789012, "¥1.235 bn", "12.35 亿元"},
    {85368437356, "¥853.7 M", "8.537 亿元"},
    {-85368437356, "-¥853.7 M", "-8.537 亿元"},
    {999940000, "¥9.999 M", "999.9 万元"},
    {999949999999, "¥9.999 bn", "99.99 亿元"},
    {9999400000, "¥99.99 M", "9,999 万元"},
    {9999600000, "¥100 M", "1 亿元"},
    {99999600000, "¥1 bn", "10 亿元"},
    {INT64_C(1234567890123456), "¥12,346 bn", "123,457 亿元"},
};

START_TEST(short_amounts_have_the_units_of_their_language)
{
    char text[SHOWN_MAX];
    texts_language = ENGLISH;
    ck_assert_str_eq(shown_yuan_short(short_amounts[_i].fen, text), short_amounts[_i].english);
    texts_language = CHINESE;
    ck_assert_str_eq(shown_yuan_short(short_amounts[_i].fen, text), short_amounts[_i].chinese);
}
END_TEST

static const struct {
    int64_t us;
    const char *english;
    const char *chinese;
} times[] = {
    {0, "0 ms", "0 毫秒"},
    {499, "0 ms", "0 毫秒"},
    {500, "1 ms", "1 毫秒"},
    {999499, "999 ms", "999 毫秒"},
    {999500, "1 s", "1 秒"},
    {1390000, "1.39 s", "1.39 秒"},
    {59949999, "59.9 s", "59.9 秒"},
    {INT64_C(60000000), "1 m 0 s", "1 分 0 秒"},
    {INT64_C(3382000000), "56 m 22 s", "56 分 22 秒"},
    {INT64_C(3600000000), "1 h 0 m", "1 小时 0 分"},
    {INT64_C(86399999999), "23 h 59 m", "23 小时 59 分"},
    {INT64_C(208800000000), "2 d 10 h", "2 天 10 小时"},
};

START_TEST(times_are_read_in_their_language)
{
    char text[SHOWN_MAX];
    texts_language = ENGLISH;
    ck_assert_str_eq(shown_time(times[_i].us, text), times[_i].english);
    texts_language = CHINESE;
    ck_assert_str_eq(shown_time(times[_i].us, text), times[_i].chinese);
}
END_TEST

static const struct {
    uint64_t count;
    const char *english;
    const char *chinese;
} counts[] = {
    {0, "0 moves", "0 次"},
    {1, "1 move", "1 次"},
    {2, "2 moves", "2 次"},
    {1234567, "1,234,567 moves", "1,234,567 次"},
    {UINT64_MAX, "18,446,744,073,709,551,615 moves", "18,446,744,073,709,551,615 次"},
};

START_TEST(one_is_one_move_and_all_else_are_moves)
{
    char text[SHOWN_MAX];
    texts_language = ENGLISH;
    ck_assert_str_eq(COUNTED(counts[_i].count, ONE_MOVE, MANY_MOVES, text), counts[_i].english);
    texts_language = CHINESE;
    ck_assert_str_eq(COUNTED(counts[_i].count, ONE_MOVE, MANY_MOVES, text), counts[_i].chinese);
}
END_TEST

START_TEST(a_chinese_character_takes_two_columns)
{
    ck_assert_uint_eq(shown_columns(""), 0);
    ck_assert_uint_eq(shown_columns("custody (ACS)"), 13);
    ck_assert_uint_eq(shown_columns("等待时长"), 8);
    ck_assert_uint_eq(shown_columns("¥1（元）"), 8);
}
END_TEST

static const struct {
    const char *word;
    bool known;
    enum language language;
} languages[] = {
    {"en", true, ENGLISH}, {"zh", true, CHINESE}, {"", false, 0},        {"EN", false, 0},
    {"zh-CN", false, 0},   {"fr", false, 0},      {"english", false, 0}, {"en ", false, 0},
};

START_TEST(only_en_and_zh_are_languages)
{
    const enum language untouched = (enum language)(languages[_i].language == ENGLISH);
    enum language got = untouched;
    ck_assert_int_eq(language_parse(languages[_i].word, &got), languages[_i].known);
    ck_assert_int_eq(got, languages[_i].known ? languages[_i].language : untouched);
}
END_TEST

int main(void)
{
    TCase *t = tcase_create("texts");
    tcase_add_loop_test(t, conversions_are_found_whatever_stands_around_them, 0,
                        COUNT(conversion_cases));
    tcase_add_test(t, every_row_has_the_same_conversions_in_every_language);
    tcase_add_test(t, what_is_said_in_english_is_said_in_chinese);
    tcase_add_test(t, both_languages_end_in_the_same_white_space);
    tcase_add_test(t, no_key_stands_in_the_table_twice);
    tcase_add_test(t, the_page_has_no_words_of_its_own);
    tcase_add_loop_test(t, a_script_has_no_words_of_its_own, 0, COUNT(scripts));
    tcase_add_loop_test(t, short_amounts_have_the_units_of_their_language, 0, COUNT(short_amounts));
    tcase_add_loop_test(t, times_are_read_in_their_language, 0, COUNT(times));
    tcase_add_loop_test(t, one_is_one_move_and_all_else_are_moves, 0, COUNT(counts));
    tcase_add_test(t, a_chinese_character_takes_two_columns);
    tcase_add_loop_test(t, only_en_and_zh_are_languages, 0, COUNT(languages));
    return run_tests("texts", t);
}
