using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What Jinja2 renders, set up as transformers does, for each feature that templates use.</summary>
public sealed class JinjaFeatureTests
{
    private const string Messages = """
        [{"role": "system", "content": "Be nice."}, {"role": "user", "content": "Hi <x>"}, {"role": "assistant", "content": null, "tool_calls": [{"type": "function", "function": {"name": "f", "arguments": {"a": 1, "b": "ü"}}}]}, {"role": "tool", "content": "[1]", "name": "f"}, {"role": "assistant", "content": [{"type": "text", "text": "Yo"}, {"type": "image"}]}]
        """;

    private const string Tools = """
        [{"type": "function", "function": {"name": "f", "description": "d\"q", "parameters": {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}}}]
        """;

    private const string Variables = """
        {"n": 7, "f": 2.5, "t": " Ab c ", "e": "", "z": null, "yes": true, "no": false, "xs": [3, 1, 2], "names": ["bob", "Ann", "çelik"], "d": {"a": 1, "b": [true, null], "c": {"k": "v<&>\"'"}}, "rows": [{"k": "x", "v": 2, "on": true}, {"k": "y", "v": 1, "on": false}, {"k": "x", "v": 3}], "text": "Hello, World! it's a <b>test</b>\nline two  \n\n  three", "big": 12345678901234567890, "neg": -3.75, "mixed": [1, "a", null, 2.0, true], "nested": [[1, 2], [3, [4, 5]]], "u": "naïve ☕ 日本 🙂 ß"}
        """;

    [Theory]
    [InlineData("{%- raw %} {{ not }} {% this %} {%- endraw %} end", " {{ not }} {% this %} end")]
    [InlineData("   {%+ if true %} x {% endif %}", "    x ")]
    [InlineData("   {%- if true -%}   y   {%- endif +%}", "y")]
    [InlineData("  z", "  z")]
    [InlineData("{#- comment -#}   a   {# b #}", "a   ")]
    [InlineData("a {{- ' b ' -}} c", "a b c")]
    [InlineData("{%- for message in messages %}{{- '<|im_start|>' + message.role + '\\n' }}{%- if message.content is string %}{{- message.content }}{%- endif %}{{- '<|im_end|>\\n' }}{%- endfor %}{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}", "<|im_start|>system\nBe nice.<|im_end|>\n<|im_start|>user\nHi <x><|im_end|>\n<|im_start|>assistant\n<|im_end|>\n<|im_start|>tool\n[1]<|im_end|>\n<|im_start|>assistant\n<|im_end|>\n<|im_start|>assistant\n")]
    [InlineData("   {%+ if true %} x {% endif %}\n   {%- if true -%}   y   {%- endif +%}\n\n  {% if true %}\n  z\n  {% endif %}\nw\n{#- comment -#}   a   {# b #}\n{# multi\nline #}\ntext\n", "    x y\n\n  z\nwa   text")]
    [InlineData("{% for m in messages %}\n    {% if loop.first %}\n  first\n    {% endif %}\n\t{{ m.role }}\n{% endfor %}\n\n", "  first\n\tsystem\n\tuser\n\tassistant\n\ttool\n\tassistant\n")]
    [InlineData("a\r\n{% if true %}\r\nb\r\n{% endif %}\r\nc\rd\r\n", "a\nb\nc\nd")]
    [InlineData("{% set x %}\n  a\n{% endset %}\n[{{ x }}]\n", "[  a\n]")]
    [InlineData("x\n\n\n", "x\n\n")]
    [InlineData("\n{% if true -%}\n\n  a\n\n  {%- endif %}\n  b  {# c #}  \n d", "\na  b    \n d")]
    [InlineData("{{ 'a\nb' }}\n{{ 'a\\\nb' }}", "a\nb\nab")]
    [InlineData("{% raw -%}\n  {{ a }}\n  {%- endraw %}\n b", "{{ a }} b")]
    [InlineData("{%- if true %}\n  {{- 'x' }}\n  {{ 'y' -}}\n  z\n{% endif -%}\n  end", "x\n  yz\nend")]
    [InlineData("  {% generation %}\n  a\n  {% endgeneration %}\n  b", "  a\n  b")]
    [InlineData("# for x in y\n{{ n }}", "# for x in y\n7")]
    [InlineData("{{ {'a': {}} }} }} %} #}", "{'a': {}} }} %} #}")]
    [InlineData("{% set x = {'a': '}}', \"b\": '%}'} %}{{ x }}", "{'a': '}}', 'b': '%}'}")]
    [InlineData("{{ n }}\n\n{# c #}\n\n{{ n }}", "7\n\n\n7")]
    [InlineData("{% macro a() %}\n  x\n  {% endmacro %}\n{{ a() }}|", "  x\n|")]
    [InlineData("{{ '{{' }}{{ '%}' }}{{ \"#}\" }}", "{{%}#}")]
    public void Render_KeepsAndTrimsWhiteSpaceLikeJinja(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{% for k, g in rows | groupby('k') %}{{ k }}:{% for r in g %}{{ r.v }}{{ \",\" if not loop.last }}{% endfor %};{% endfor %}", "x:2,3;y:1;")]
    [InlineData("{% for g in rows | groupby('on', default=false) %}{{ g.grouper }}={{ g.list | length }} {% endfor %}", "False=2 True=1 ")]
    [InlineData("{% for row in nested recursive %}[{% if row is iterable %}{{ loop(row) }}{% else %}{{ row }}@{{ loop.depth }}{% endif %}]{% endfor %}", "[[1@2][2@2]][[3@2][[4@3][5@3]]]")]
    [InlineData("{% macro render(x, depth=0) -%}{% if x is mapping %}{ {%- for k, v in x | dictsort %}{{ k }}:{{ render(v, depth + 1) }},{% endfor -%} }{% elif x is string %}\"{{ x }}\"{% elif x is sequence %}[{% for y in x %}{{ render(y) }} {% endfor %}]{% else %}{{ x }}{% endif %}{%- endmacro %}{{ render(d) }}", "{a:1,b:[True None ],c:{k:\"v<&>\"'\",},}")]
    [InlineData("{% macro outer() %}<{{ caller('q', z=3) }}>{% endmacro %}{% call(a, z=1) outer() %}{{ a }}{{ z }}{% endcall %}", "<q3>")]
    [InlineData("{% set ns = namespace(items=[], n=0) %}{% for m in messages %}{% set ns.items = ns.items + [m.role] %}{% set ns.n = ns.n + loop.index %}{% endfor %}{{ ns.items | join('|') }} {{ ns.n }}", "system|user|assistant|tool|assistant 15")]
    [InlineData("{% for m in messages if m.role != 'system' %}{{ loop.index }}/{{ loop.length }} {{ loop.previtem.role if loop.previtem is defined else '-' }} {{ m.role }} {{ (loop.nextitem.role) if not loop.last else 'end' }};{% endfor %}", "1/4 - user assistant;2/4 user assistant tool;3/4 assistant tool assistant;4/4 tool assistant end;")]
    [InlineData("{% for i in range(6) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{{ loop.cycle('a', 'b', 'c') }}{% endfor %}", "0a2c3a")]
    [InlineData("{% filter upper | replace('A', '4') %}abc {{ t }}{% endfilter %}", "4BC  4B C ")]
    [InlineData("{% set content %}{% for m in messages %}{{ m.role[0] }}{% endfor %}{% endset %}{{ content | upper }}|{{ content | length }}", "SUATA|5")]
    [InlineData("{% set x | upper | trim %}  hello {{ n }} {% endset %}[{{ x }}]", "[HELLO 7]")]
    [InlineData("{{ d | items | list }} {% for k, v in d | items %}{{ k }}{% endfor %}", "[('a', 1), ('b', [True, None]), ('c', {'k': 'v<&>\"\\''})] abc")]
    [InlineData("{% for x in missing %}a{% else %}none{% endfor %}", "none")]
    [InlineData("{% generation %}{{ messages[1].content }}{% endgeneration %}", "Hi <x>")]
    [InlineData("{%- generation -%}  x  {%- endgeneration -%}", "x")]
    [InlineData("{% for m in messages %}{% if m.content is string %}s{% elif m.content is none %}n{% elif m.content is iterable %}{% for c in m.content %}{% if c.type == 'text' %}{{ c.text }}{% else %}<{{ c['type'] }}>{% endif %}{% endfor %}{% endif %}{% endfor %}", "ssnsYo<image>")]
    [InlineData("{% for m in messages[::-1] %}{{ loop.index0 }}{{ m.role }} {% endfor %}{% for m in messages | reverse %}{{ m.role[:1] }}{% endfor %}", "0assistant 1tool 2assistant 3user 4system ataus")]
    [InlineData("{% set c = cycler('odd', 'even') %}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.next() }}{% set j = joiner('; ') %}{{ j() }}a{{ j() }}b", "oddevenoddNoneodda; b")]
    [InlineData("{% with %}{% set q = 1 %}{{ q }}{% endwith %}{{ q is defined }}{% with a=1, b=2 %}{{ a + b }}{% endwith %}", "1False3")]
    [InlineData("{% macro m(a, b='x') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1) }} {{ m(1, 2, 3, c=4) }} {{ m(b=2, a=1) }} {{ m() }} {{ m.name }} {{ m.arguments }} {{ m.catch_varargs }} {{ m.catch_kwargs }} {{ m.caller }}", "1x(){} 12(3,){'c': 4} 12(){} x(){} m ('a', 'b') True True False")]
    [InlineData("{% block x %}in block{% endblock %}", "in block")]
    [InlineData("{% for a, b in [(1,2),[3,4]] %}{{ a }}{{ b }}{% endfor %} {% for a, (b, c) in [(1,(2,3))] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "1234 123")]
    [InlineData("{% set a, b = 'xy' %}{{ b }}{{ a }} {% set (c, d2) = (1, 2) %}{{ c + d2 }}", "yx 3")]
    [InlineData("{% set x = 1 %}{% for i in [1,2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "231")]
    [InlineData("{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "2")]
    [InlineData("{% for i in [1,2] %}{{ i }}{% if loop.changed(i > 1) %}!{% endif %}{% endfor %} {% for i in [] %}x{% else %}empty{% endfor %}", "1!2! empty")]
    [InlineData("{% for i in [3,1,2] | sort %}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }} {% endfor %}", "32TrueFalse 21FalseFalse 10FalseTrue ")]
    [InlineData("{%- macro fmt(p) -%}{%- if p.type == \"string\" -%}{%- if p.enum -%}{{ '\"' + p.enum|join('\" | \"') + '\"' }}{%- else -%}string{%- endif -%}{%- elif p.type in [\"integer\", \"number\"] -%}number{%- else -%}any{%- endif -%}{%- endmacro -%}{{ fmt({'type': 'string', 'enum': ['a', 'b']}) }} {{ fmt({'type': 'integer'}) }} {{ fmt({}) }}", "\"a\" | \"b\" number any")]
    public void Render_RunsBlocksLikeJinja(string template, string expected) => Assert.Equal(expected, Render(template));

    [Theory]
    [InlineData("{{ messages[1:] | map(attribute='role') | list }} {{ messages | selectattr('role', 'equalto', 'user') | list | length }} {{ messages | rejectattr('content', 'none') | map(attribute='role') | join(',') }}", "['user', 'assistant', 'tool', 'assistant'] 1 system,user,tool,assistant")]
    [InlineData("{{ messages | selectattr('tool_calls', 'defined') | map(attribute='tool_calls') | first | tojson }}", "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"arguments\": {\"a\": 1, \"b\": \"ü\"}}}]")]
    [InlineData("{{ tools[0] | tojson(indent=2, separators=(',', ': '), sort_keys=True) }}", "{\n  \"function\": {\n    \"description\": \"d\\\"q\",\n    \"name\": \"f\",\n    \"parameters\": {\n      \"properties\": {\n        \"a\": {\n          \"type\": \"integer\"\n        }\n      },\n      \"required\": [\n        \"a\"\n      ],\n      \"type\": \"object\"\n    }\n  },\n  \"type\": \"function\"\n}")]
    [InlineData("{{ tools | map(attribute='function') | map(attribute='name') | unique | sort | join('/') }}", "f")]
    [InlineData("{{ 'a-b_c d' | replace('-', ' ') | title }} {{ 'it\\'s o\\'clock' | title }} {{ 'HELLO wOrLD' | capitalize }}", "A B_c D It's O'clock Hello world")]
    [InlineData("{{ 'line1\\nline2\\n\\nline4' | indent(4) }}|{{ 'line1\\nline2\\n\\nline4' | indent(2, true, true) }}", "line1\n    line2\n\n    line4|  line1\n  line2\n  \n  line4")]
    [InlineData("{{ [1,2,3,4,5,6,7] | batch(3, 0) | list }} {{ [1,2,3,4,5,6,7] | slice(3) | list }}", "[[1, 2, 3], [4, 5, 6], [7, 0, 0]] [[1, 2, 3], [4, 5], [6, 7]]")]
    [InlineData("{{ {'b': 1, 'A': 2, 'c': 0} | dictsort }} {{ {'b': 1, 'A': 2} | dictsort(true) }} {{ {'b': 1, 'A': 2} | dictsort(false, 'value') }}", "[('A', 2), ('b', 1), ('c', 0)] [('A', 2), ('b', 1)] [('b', 1), ('A', 2)]")]
    [InlineData("{{ missing | default('x') }} {{ '' | default('y') }} {{ '' | default('y', boolean=True) }} {{ none | d('z') }} {{ none | d('z', true) }}", "x  y None z")]
    [InlineData("{{ missing ~ 'a' }} {{ [] or missing }} {{ missing == missing }} {{ missing == none }} {{ missing | length }} {{ missing | list }}", "a  True False 0 []")]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 2 ** 10 }} {{ 2 ** -1 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 1e3 }} {{ 1_000 }} {{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 1.0e-7 }} {{ 123456789.0 * 10 ** 10 }}", "3 -4 1 2 1024 0.5 3.5 3.0 1000.0 1000 31 5 15 1e-07 1.23456789e+18")]
    [InlineData("{{ 'abc'[::-1] }} {{ 'abcdef'[1:-1:2] }} {{ [1,2,3][-2:] }} {{ (1,2,3)[0] }} {{ 'abc'[5:] }} {{ 'abc'[-1] }}", "cba bd [2, 3] 1  c")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 3 > 2 > 2 }} {{ 1 == 1.0 }} {{ '1' == 1 }} {{ not (1 in [1]) }} {{ 1 not in [2] }} {{ 'a' in 'abc' }} {{ 'k' in d }} {{ true and 'x' or 'y' }}", "True False True False False True True False x")]
    [InlineData("{{ 'a' if false }}|{{ ('a' if false) is undefined }}", "|True")]
    [InlineData("{{ [1, 2, 3] | sum }} {{ rows | sum(attribute='v') }} {{ [1.5, 2] | sum }} {{ ['a', 'B', 'c'] | max }} {{ rows | map(attribute='v') | max }} {{ [] | max }} {{ [] | first }} {{ [] | last }} {{ '' | first is undefined }}", "6 6 3.5 c 3    True")]
    [InlineData("{{ 42.55 | round }} {{ 42.55 | round(1) }} {{ 42.55 | round(1, 'floor') }} {{ 42 | round }} {{ 1.5 | round | int }} {{ 2.5 | round }} {{ -2.5 | round }} {{ 1e16 | round(2) }}", "43.0 42.5 42.5 42 2 2.0 -2.0 1e+16")]
    [InlineData("{{ 'x' | center(7) }}| {{ 'word count here' | wordcount }} {{ 'a b' | urlencode }} {{ {'a': 1, 'b c': '&'} | urlencode }} {{ 'foo bar baz qux' | truncate(9) }} {{ 'foo bar baz qux' | truncate(9, true) }}", "   x   | 3 a%20b a=1&b+c=%26 foo... foo ba...")]
    [InlineData("{{ '{0} {name} {x[0]} {1:>4}|{2:.2f}|{3:,}'.format('a', 'b', 2.5, 1234567, name='n', x=[9]) }}", "a n 9    b|2.50|1,234,567")]
    [InlineData("{{ ' x ' | trim }}| {{ 'xxaxx' | trim('x') }} {{ 'a,b;c'.split(',') }} {{ 'a b  c'.split() }} {{ 'abc'.partition('b') }} {{ 'a\\tb'.expandtabs(4) }}", "x| a ['a', 'b;c'] ['a', 'b', 'c'] ('a', 'b', 'c') a   b")]
    [InlineData("", "")]
    [InlineData("w", "w")]
    [InlineData("line #}", "line #}")]
    [InlineData("text", "text")]
    [InlineData("{{ dict(a=1, **{'b': 2}) }} {{ dict(d, a=5).a }} {{ dict([['x', 1]]) }} {{ {'a': 1}.get('b', 'def') }} {{ {1: 'x'}[1] }} {{ {'a': {'b': 1}}.a.b }} {{ d['items'] is defined }} {{ d.items is callable }}", "{'a': 1, 'b': 2} 5 {'x': 1} def x 1 True True")]
    [InlineData("{{ \"a\" | upper | lower | title ~ 'b' | upper }}", "AB")]
    [InlineData("{{ true }} {{ True }} {{ none }} {{ None }} {{ False }} {{ [true, none, 1.0, 'x\\'y\"z', \"it's\"] }} {{ {'k': none} }} {{ (1,) }} {{ () }}", "True True None None False [True, None, 1.0, 'x\\'y\"z', \"it's\"] {'k': None} (1,) ()")]
    [InlineData("{{ u | length }} {{ u | upper }} {{ u[::-1] }} {{ u | tojson }} {{ u | tojson(ensure_ascii=true) }} {{ u | urlencode }} {{ u.title() }} {{ 'ŉ ǆ ß'.upper() }} {{ 'ΑΣ'.lower() }} {{ 'İ'.lower() | length }}", "14 NAÏVE ☕ 日本 🙂 SS ß 🙂 本日 ☕ evïan \"naïve ☕ 日本 🙂 ß\" \"na\\u00efve \\u2615 \\u65e5\\u672c \\ud83d\\ude42 \\u00df\" na%C3%AFve%20%E2%98%95%20%E6%97%A5%E6%9C%AC%20%F0%9F%99%82%20%C3%9F Naïve ☕ 日本 🙂 Ss ʼN Ǆ SS ας 2")]
    [InlineData("{{ text | escape }} {{ text | e | safe }} {{ ('<' | e) ~ '<' }} {{ ('<' | e) + '<' }} {{ '<' | safe }} {{ ['<' | e, '<'] | join('<') }} {{ '<' | e | e }} {{ '<' | forceescape }}", "Hello, World! it&#39;s a &lt;b&gt;test&lt;/b&gt;\nline two  \n\n  three Hello, World! it&#39;s a &lt;b&gt;test&lt;/b&gt;\nline two  \n\n  three &lt;< &lt;&lt; < &lt;<< &lt; &lt;")]
    [InlineData("{{ 'abc' | list }} {{ 'cba' | sort | join }} {{ 'abc' | reverse }} {{ {'b':1,'a':2} | list }} {{ {'b':1,'a':2} | sort }} {{ {'b':1,'a':2} | length }} {{ d.keys() | list }} {{ d.values() | list | length }}", "['a', 'b', 'c'] abc cba ['b', 'a'] ['a', 'b'] 2 ['a', 'b', 'c'] 3")]
    [InlineData("{{ messages | first | attr('role') }}", "")]
    [InlineData("{{ [1,[2,3]] | string }} {{ 'x' | string | upper }} {{ 5 | string + 'a' }} {{ '5' | int + 1 }} {{ '5.7' | int }} {{ '5.7' | float + 1 }} {{ 'z' | int(9) }} {{ '0x1f' | int(0, 16) }} {{ 1.9 | int }} {{ none | int }}", "[1, [2, 3]] X 5a 6 5 6.7 9 31 1 0")]
    [InlineData("{{ [3,1,2] | sort(reverse=true) | first }} {{ ['b','A','c'] | sort }} {{ ['b','A','c'] | sort(case_sensitive=true) }} {{ rows | sort(attribute='v') | map(attribute='v') | list }} {{ ['a','A','b'] | unique | list }} {{ ['a','A','b'] | unique(true) | list }}", "3 ['A', 'b', 'c'] ['A', 'b', 'c'] [1, 2, 3] ['a', 'b'] ['a', 'A', 'b']")]
    [InlineData("{{ messages | tojson | length > 10 and 'long' or 'short' }} {{ (messages | length) > 2 }} {{ messages | length > 2 }}", "long True True")]
    [InlineData("{{ bos_token }}{{ bos_token | default('') }}", "")]
    [InlineData("{{ (messages | last).content[0]['text'] | upper }}{{ messages[-1]['content'] | selectattr('type', '==', 'image') | list | count }}", "YO1")]
    [InlineData("{{ 'abc' is string and 'abc' | length == 3 }} {{ messages is not mapping }} {{ not messages is mapping }} {{ 1 in [1] and not 2 in [1] }}", "True True True True")]
    [InlineData("{{ '\\n' in text }} {{ text.count('\\n') }} {{ text.splitlines() }} {{ text.find('zz') }} {{ text.rindex('t') }}", "True 3 [\"Hello, World! it's a <b>test</b>\", 'line two  ', '', '  three'] -1 47")]
    [InlineData("{{ caller is defined }} {{ varargs is defined }} {{ messages|map(attribute='nope')|list }} {{ messages|map(attribute='nope', default=1)|list }} {{ messages|map('upper')|list|length }}", "False False [Undefined, Undefined, Undefined, Undefined, Undefined] [1, 1, 1, 1, 1] 5")]
    public void Render_EvaluatesExpressionsLikeJinja(string template, string expected) => Assert.Equal(expected, Render(template));

    private static string Render(string template) => ChatTemplate.Parse(template).Render(new ChatTemplateInputs
    {
        Messages = JsonNode.Parse(Messages)!.AsArray(),
        Tools = JsonNode.Parse(Tools)!.AsArray(),
        AddGenerationPrompt = true,
        Variables = JsonNode.Parse(Variables)!.AsObject(),
        Now = new DateTime(2024, 7, 26, 9, 5, 3),
    });
}
