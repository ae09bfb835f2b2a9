package account

import (
	"net/mail"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/openplenary/plenary/refusal"
)

func TestParseAddress(t *testing.T) {
	for in, want := range map[string]string{
		"maria@example.org":                "maria@example.org",
		"  Maria.Silva+wipo@Example.ORG\n": "Maria.Silva+wipo@example.org",
		"o'neil_#1@a-b.example":            "o'neil_#1@a-b.example",
		"用户@例子.中国":                         "用户@xn--fsqu00a.xn--fiqs8s",
		"josé@bücher.example":              "josé@xn--bcher-kva.example",
		"jose\u0301@example.org":           "josé@example.org",
		"a@xn--bcher-kva.example":          "a@xn--bcher-kva.example",
		"пётр@пример.рф":                   "пётр@xn--e1afmkfd.xn--p1ai",
	} {
		got, err := ParseAddress(in)
		if err != nil || got != want {
			t.Errorf("%q = %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "maria", "@example.org", "maria@", "maria@localhost", "maria@example..org", "maria@.example.org", "maria@example.org.",
		"Maria <maria@example.org>", "<maria@example.org>", "maria@example.org, other@example.org", "maria@example.org (me)", `"maria silva"@example.org`, `"maria"@example.org`,
		".maria@example.org", "maria.@example.org", "ma..ria@example.org", "maria@[127.0.0.1]", "maria@127.0.0.1", "maria@1.2", "maria@@example.org", "a@b@example.org",
		"maria@example.org\r\nBcc: all@example.org", "ma\nria@example.org", "ma\x00ria@example.org", "maria@exa\u200bmple.org", "ma\u202eria@example.org", "ma ria@example.org",
		"maria@exam_ple.org", "maria@-example.org", "maria@example-.org", "ma\xffria@example.org", "\u0301a@example.org", "maria@😀.org", "😀@example.org",
		strings.Repeat("a", 65) + "@example.org", "a@" + strings.Repeat("b", 64) + ".org", "a@" + strings.Repeat("bcd.", 70) + "org",
	} {
		got, err := ParseAddress(in)
		no := refusal.Of(err)
		if err == nil || len(no) != 1 || no[0].Key != "address.invalid" || no[0].Field != "email" {
			t.Errorf("%q = %q, %v", in, got, err)
		}
	}
}

func TestIdentityFoldsOnlyASCII(t *testing.T) {
	if identity("Maria@example.org") != "maria@example.org" {
		t.Error("case of ASCII counts")
	}
	// The Turkish dotless i becomes an ASCII letter under Unicode's rules for capitals, and is another person's.
	if identity("m\u0131ke@example.org") == "mike@example.org" || identity("M\u0130KE@example.org") == "mike@example.org" {
		t.Error("another was taken for mike")
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, s := range []string{"maria@example.org", "用户@例子.中国", "a@b.c\r\nBcc: d@e.f", `"x y"@z.org`, "<a@b.c>", "a@xn--.org", "a@xn--bcher-kva.example", "é@ﬀ.example",
		"a@b。c", "a@ſ.org", "=?utf-8?q?x?=@b.org", "a@B\u0301.c", "a(b)@c.d", "\"\"@a.b", "a@[IPv6:::1]", "ß@faß.de", "a@\u05d0\u0660.org"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := ParseAddress(s)
		if err != nil {
			return
		}
		if len(a) > 254 || !utf8.ValidString(a) || strings.ContainsAny(a, " \t\r\n\x00\"<>(),;:\\[]") || strings.Count(a, "@") != 1 {
			t.Fatalf("%q was taken as %q", s, a)
		}
		_, domain, _ := strings.Cut(a, "@")
		for _, c := range domain {
			if c >= 0x80 || 'A' <= c && c <= 'Z' {
				t.Fatalf("%q has the domain %q", s, domain)
			}
		}
		if again, err := ParseAddress(a); err != nil || again != a {
			t.Fatalf("%q became %q, then %q, %v", s, a, again, err)
		}
		p, err := mail.ParseAddress(a)
		if err != nil || p.Address != a {
			t.Fatalf("%q: net/mail reads %v, %v", a, p, err)
		}
	})
}
