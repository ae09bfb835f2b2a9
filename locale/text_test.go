package locale

import (
	"slices"
	"testing"
)

// TestWesternDigits: digits of Arabic and Persian keyboards, from the first to the last, are read as 0 to 9; their neighbours
// and all else stay.
func TestWesternDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"٠١٢٣٤٥٦٧٨٩": "0123456789", "۰۱۲۳۴۵۶۷۸۹": "0123456789", "a 7 ٢/۳": "a 7 2/3", "\u065f\u066a\u06ef\u06fa": "\u065f\u066a\u06ef\u06fa", "": ""} {
		if got := WesternDigits(in); got != want {
			t.Errorf("%q is read as %q", in, got)
		}
	}
}

// TestFinds: each word of a search has to begin a word of the text; a search without words finds nothing.
func TestFinds(t *testing.T) {
	t.Parallel()
	text := BagOf("Machines have authors, 版权 too.")
	for search, want := range map[string]bool{"machine": true, "author mach": true, "author boat": false, "achines": false, "": false, "…": false, "权": true, "machinery": false} {
		if text.Finds(BagOf(search)) != want {
			t.Errorf("%q: %v", search, !want)
		}
	}
	if BagOf("").Finds(BagOf("")) || BagOf("").Finds(BagOf("a")) {
		t.Error("something is found in nothing")
	}
}

// TestChanged lists the languages in which a text says something else, also where it says nothing any more.
func TestChanged(t *testing.T) {
	t.Parallel()
	was := Text{Original: English, In: map[Lang]string{English: "One", French: "Un", Arabic: "واحد"}}
	got := Changed(was, Text{Original: English, In: map[Lang]string{English: "Two", French: "Un", Spanish: "Dos"}})
	if len(got) != 3 || got[English] != "Two" || got[Spanish] != "Dos" {
		t.Errorf("%v", got)
	}
	if gone, there := got[Arabic]; gone != "" || !there {
		t.Errorf("what is gone: %v", got)
	}
	if len(Changed(was, was)) != 0 {
		t.Error("nothing is other")
	}
}

// TestLacking lists languages in which a text is blank, in their order; a text that says nothing at all lacks none.
func TestLacking(t *testing.T) {
	t.Parallel()
	all := []Lang{French, English, Arabic}
	text := Text{Original: English, In: map[Lang]string{English: "One", Arabic: " \n"}}
	if got := text.Lacking(all); !slices.Equal(got, []Lang{French, Arabic}) {
		t.Errorf("%v", got)
	}
	if got := (Text{Original: English}).Lacking(all); got != nil {
		t.Errorf("of nothing: %v", got)
	}
}

// TestTerms: words of the glossary are found in a text as whole words, in either case and in the plural, and given in the other
// language; a word that is the same there is not.
func TestTerms(t *testing.T) {
	t.Parallel()
	has := func(text string, from, to Lang, word, want string) bool {
		return slices.Contains(Terms(text, from, to), Term{word, want})
	}
	for _, text := range []string{"account", "The Accounts are closed.", "(account)", "Open an account"} {
		if !has(text, English, French, "account", "compte") {
			t.Errorf("%q has no account", text)
		}
	}
	for _, text := range []string{"accountant", "unaccount", ""} {
		if has(text, English, French, "account", "compte") {
			t.Errorf("%q has an account", text)
		}
	}
	if !has("您的账户已关闭", Chinese, English, "账户", "account") {
		t.Error("not found in Chinese")
	}
	for _, x := range Terms("account answer call", English, English) {
		t.Errorf("%v is no other word", x)
	}
}

// TestSkeletonOfSigns: letters in circles, in squares and of flags, and digits of other keyboards, are like the plain ones,
// from the first to the last.
func TestSkeletonOfSigns(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"\U0001f150\U0001f169": "az", "\U0001f170\U0001f189": "az", "\U0001f1e6\U0001f1ff": "az", "\u0660\u0669": "09", "\u06f0\u06f9": "09"} {
		if got, plain := Skeleton(in), Skeleton(want); got != plain {
			t.Errorf("%q is like %q, not like %q", in, got, plain)
		}
	}
}

// TestCountriesOtherwise: what an operator says of countries changes their names, their place, their group and whether they
// are offered, and nothing of the United Nations' own list.
func TestCountriesOtherwise(t *testing.T) {
	t.Parallel()
	groups := []CountryGroup{{ID: "g1", Name: Plain(English, "Banks")}}
	list := UNCountries().With([]CountryChange{{Code: "XQ", Name: map[Lang]string{French: "Quai"}, Group: "g1", Place: 2}, {Code: "CH", Place: 1}, {Code: "IT", Off: true}, {Code: "XZ"}}, groups)
	if got := list.Groups(); len(got) != 1 || got[0].ID != "g1" || UNCountries().Groups() != nil {
		t.Errorf("groups: %v", got)
	}
	for code, may := range map[string]bool{"CH": true, "XQ": true, "IT": false, "XZ": false, "QQ": false} {
		if list.May(code) != may {
			t.Errorf("%s may be given: %v", code, !may)
		}
		if i := slices.IndexFunc(list.Offered(English), func(c Country) bool { return c.Code == code }); (i >= 0) != may {
			t.Errorf("%s is offered: %v", code, !may)
		}
	}
	for _, l := range []Lang{English, Arabic, French} {
		all := list.All(l)
		if all[0].Code != "CH" || all[1].Code != "XQ" || list.Name("XQ", l) != "Quai" {
			t.Errorf("in %s the first are %s, %s; XQ is %q", l, all[0].Code, all[1].Code, list.Name("XQ", l))
		}
	}
	if c, ok := list.Find("XQ"); !ok || c.Own != "g1" {
		t.Errorf("%+v", c)
	}
	if !UNCountries().May("IT") || UNCountries().Name("XQ", English) == "Quai" {
		t.Error("the list of the United Nations is changed")
	}
}
