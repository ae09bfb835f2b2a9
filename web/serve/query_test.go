package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

type parameters struct {
	Call    cite.Ref      `query:"call,k"`
	At      cite.Ref      `query:"at,x part"`
	Any     cite.Ref      `query:"any"`
	Text    locale.Lang   `query:"text"`
	Written locale.Lang   `query:"written,written"`
	From    cite.Position `query:"from"`
	Day     Date          `query:"day"`
	Late    bool          `query:"late"`
	N       int           `query:"n"`
	Word    string        `query:"word"`
	Status  string        `query:"status,pending published"`
}

// keysOf are the refusals of an error: "field key".
func keysOf(err error) string {
	var out []string
	for _, r := range refusal.Of(err) {
		out = append(out, r.Field+" "+strings.TrimPrefix(r.Key, "address."))
	}
	return strings.Join(out, ", ")
}

// TestParseQuery: each kind of parameter is read, has its bounds, and is spelled in one way for the key of a page that is kept.
func TestParseQuery(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct {
		key string // as it is spelled again
		no  string // what is refused
	}{
		"":                                  {"", ""},
		"call=k1&at=p1.e1.x2&any=p1":        {"any=p1&at=p1.e1.x2&call=k1", ""},
		"at=c1.2":                           {"at=c1.2", ""},
		"call=c1":                           {"", "call malformed"},
		"at=c1":                             {"", "at malformed"},
		"at=p1.e1":                          {"", "at malformed"},
		"any=nothing":                       {"", "any malformed"},
		"text=fr&written=fr":                {"text=fr&written=fr", ""},
		"text=de":                           {"", "text malformed"},
		"written=xx1":                       {"", "written malformed"},
		"from=0":                            {"from=0", ""},
		"from=1099511627775":                {"from=1099511627775", ""},
		"from=1099511627776":                {"", "from malformed"},
		"from=-1":                           {"", "from malformed"},
		"n=0":                               {"n=0", ""},
		"n=1073741824":                      {"n=1073741824", ""},
		"n=1073741825":                      {"", "n malformed"},
		"n=-1":                              {"", "n malformed"},
		"day=2020-02-29":                    {"day=2020-02-29", ""},
		"day=2021-02-29":                    {"", "day malformed"},
		"late=1":                            {"late=1", ""},
		"late=yes":                          {"late=1", ""},
		"late=no":                           {"", "late malformed"},
		"word=a+b%26c":                      {"word=a+b%26c", ""},
		"word=+":                            {"", ""},
		"word=a&word=b":                     {"", "word malformed"},
		"status=pending":                    {"status=pending", ""},
		"status=gone":                       {"", "status malformed"},
		"status=":                           {"", ""},
		"utm_source=x&fbclid=y&mc_eid=z":    {"", ""},
		"colour=red&call=c1":                {"", "call malformed, colour unknown"},
		"after=7&done=saved":                {"", ""},
		"after=0":                           {"after=0", ""},
		"with=not-public":                   {"with=not-public", ""},
		"with=public":                       {"", "with malformed"},
		"word=" + strings.Repeat("a", 2000): {"word=" + strings.Repeat("a", 2000), ""},
		"word=" + strings.Repeat("a", 2001): {"", "word malformed"},
		strings.Repeat("b", 41) + "=x":      {"", strings.Repeat("b", 40) + " unknown"},
	} {
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		params, common, key, err := parseQuery(values, parameters{})
		if keysOf(err) != want.no || want.no == "" && key != want.key {
			t.Errorf("%.60s: %q, refused %q", query, key, keysOf(err))
		}
		if _, ok := params.(parameters); !ok {
			t.Errorf("%.60s: %T", query, params)
		}
		if query == "after=7&done=saved" && (common.After != 7 || common.Done != "saved") {
			t.Errorf("%+v", common)
		}
	}
	if params, _, _, err := parseQuery(url.Values{"after": {"1"}}, nil); params != nil || err != nil {
		t.Errorf("a page without parameters: %v %v", params, err)
	}
	q := &Request{params: parameters{N: 7}}
	if Params[parameters](q).N != 7 || Params[listOf](q) != (listOf{}) {
		t.Error("parameters of a page are given as another's")
	}
}

type listOf struct{ N int }

// TestParsedQueries: what was read is kept for the address of its route, as far as that is short and could be read; the
// room for it has an end.
func TestParsedQueries(t *testing.T) {
	t.Parallel()
	var k parsedQueries
	ask := func(pattern, query string) (string, error) {
		_, _, key, err := k.query(Route{Pattern: pattern, Query: parameters{}}, &url.URL{RawQuery: query})
		return key, err
	}
	for range 2 {
		if key, err := ask("/a", "late=yes"); key != "late=1" || err != nil {
			t.Error(key, err)
		}
		if _, err := ask("/a", "late=no"); keysOf(err) != "late malformed" {
			t.Error(err)
		}
		if key, err := ask("/a", "word="+strings.Repeat("a", longParsed)); err != nil || len(key) != 5+longParsed {
			t.Error(key, err)
		}
	}
	if len(k.kept) != 1 {
		t.Errorf("%d are kept", len(k.kept))
	}
	if _, err := ask("/a", "word="+strings.Repeat("a", longParsed-5)); err != nil || len(k.kept) != 2 {
		t.Errorf("one as long as may be: %d are kept", len(k.kept))
	}
	if _, err := ask("/b", "late=yes"); err != nil || len(k.kept) != 3 {
		t.Errorf("of another route: %d are kept", len(k.kept))
	}
	for n := range maxParsed - 3 {
		if _, err := ask("/c", fmt.Sprint("n=", n)); err != nil {
			t.Fatal(err)
		}
	}
	if len(k.kept) != maxParsed {
		t.Errorf("%d are kept", len(k.kept))
	}
	if _, err := ask("/d", ""); err != nil || len(k.kept) != 1 {
		t.Errorf("%d are kept after the last", len(k.kept))
	}
	if key, err := ask("/a", "late=yes"); key != "late=1" || err != nil {
		t.Error("read anew:", key, err)
	}
}

// kept takes the files of a form.
type kept struct {
	names []string
	err   error
}

func (k *kept) Keep(_ context.Context, file io.Reader, name string) error {
	k.names = append(k.names, name)
	_, _ = io.Copy(io.Discard, file)
	return k.err
}

// TestReadForm: a form of either encoding is read with its bounds; what is too long is said and shown again, and a file is
// kept where files are taken.
func TestReadForm(t *testing.T) {
	t.Parallel()
	type piece struct{ name, file, text string }
	long := func(n int) string { return strings.Repeat("a", n) }
	fields := func(n int) (out []piece) {
		for range n {
			out = append(out, piece{"f", "", "1"})
		}
		return out
	}
	for name, c := range map[string]struct {
		pieces []piece
		keep   *kept
		no     string // refused
		has    string // the value of "text"
		files  int
	}{
		"a field":                  {[]piece{{"text", "", "said"}}, nil, "", "said", 0},
		"as long as may be":        {[]piece{{"text", "", long(maxField)}}, nil, "", long(maxField), 0},
		"one letter more":          {[]piece{{"text", "", long(maxField + 1)}}, nil, "text text.long", long(maxField + 1), 0},
		"all together":             {[]piece{{"a", "", long(maxField)}, {"b", "", long(maxTexts - maxField)}, {"text", "", "x"}}, nil, "b text.long,  too_large", "x", 0},
		"without a name":           {[]piece{{"", "", "x"}}, nil, "", "", 0},
		"as many as may be":        {fields(maxFields), nil, "", "", 0},
		"one more":                 {fields(maxFields + 1), nil, " form.fields", "", 0},
		"far more":                 {fields(maxFields + 2), nil, " form.fields", "", 0},
		"a file that nobody takes": {[]piece{{"file", "a.txt", "x"}, {"text", "", "said"}}, nil, "", "said", 0},
		"a file":                   {[]piece{{"file", "a.txt", "x"}, {"text", "", "said"}}, &kept{}, "", "said", 1},
		"no file was chosen":       {[]piece{{"file", "", ""}, {"text", "", "said"}}, &kept{}, "", "said", 0},
		"a receipt too large":      {[]piece{{"receipt", "a.json", long(5 * MiB)}}, nil, " too_large", "", 0},
		"a receipt is read":        {[]piece{{"receipt", "r.json", "{}"}, {"text", "", "said"}}, &kept{}, "", "said", 0},
		"five receipts":            {slices.Repeat([]piece{{"receipt", "a.json", long(4 * MiB)}}, 5), nil, "", "", 0},
		"many texts":               {slices.Repeat([]piece{{"text", "", long(MiB)}}, 60), nil, strings.Repeat("text text.long, ", 4) + " too_large", long(MiB), 0},
		"files that are refused":   {[]piece{{"file", "a.txt", "x"}, {"file", "b.txt", "x"}, {"text", "", "said"}}, &kept{err: refusal.In("file", "file.type")}, "file file.type", "said", 1},
	} {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, p := range c.pieces {
			if p.file != "" {
				f, err := w.CreateFormFile(p.name, p.file)
				if err != nil {
					t.Fatal(err)
				}
				_, _ = f.Write([]byte(p.text))
				continue
			}
			_ = w.WriteField(p.name, p.text)
		}
		_ = w.Close()
		r := httptest.NewRequest("POST", "/", &b)
		r.Header.Set("Content-Type", w.FormDataContentType())
		var uploads []Uploads
		if c.keep != nil {
			uploads = append(uploads, c.keep)
		}
		v, err := (&Request{Request: r}).readForm(uploads)
		if keysOf(err) != c.no || v.Get("text") != c.has {
			t.Errorf("%s: %d letters, refused %q, want %q", name, len(v.Get("text")), keysOf(err), c.no)
		}
		if c.keep != nil && len(c.keep.names) != c.files {
			t.Errorf("%s: kept %v", name, c.keep.names)
		}
		size := 0
		for _, s := range v {
			size += len(strings.Join(s, ""))
		}
		if size > 3*maxTexts+maxFields {
			t.Errorf("%s: %d bytes are kept", name, size)
		}
		if name == "a receipt is read" && v.Get("receipt") != "{}" || name == "no file was chosen" && v.Has("file") || v.Has("") {
			t.Errorf("%s: %v", name, v)
		}
	}
	plain := func(kind, body string) (url.Values, error) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return (&Request{Request: r}).readForm(nil)
	}
	for _, c := range []struct{ kind, body, no, has string }{
		{"application/x-www-form-urlencoded", "text=said", "", "said"}, {"application/x-www-form-urlencoded; charset=utf-8", "text=said", "", "said"},
		{"application/x-www-form-urlencoded", "text=%zz", " form.unreadable", ""}, {"application/x-www-form-urlencoded", strings.TrimSuffix(strings.Repeat("f=1&", maxFields), "&"), "", ""},
		{"application/x-www-form-urlencoded", strings.TrimSuffix(strings.Repeat("f=1&", maxFields+1), "&"), " form.fields", ""}, {"multipart/form-data", "x", " form.unreadable", ""},
		{"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhalf", " form.cut", ""}, {"text/plain", "text=said", "", ""},
		{"application/x-www-form-urlencoded", "text=" + long(maxTexts-5), "", long(maxTexts - 5)}, {"application/x-www-form-urlencoded", "text=" + long(10*MiB), " too_large", long(10 * MiB)},
		{"application/x-www-form-urlencoded", "text=" + long(30*MiB), " too_large", long(maxPlain - 4)},
	} {
		v, err := plain(c.kind, c.body)
		if keysOf(err) != c.no || v.Get("text") != c.has {
			t.Errorf("%s %.20q: %q, refused %q, want %q", c.kind, c.body, v.Get("text"), keysOf(err), c.no)
		}
	}
	// What is a fault of ours stays one.
	ours := errors.New("the disk")
	if err := BadForm(fault{ours}); !errors.Is(err, ours) || keysOf(err) != "" {
		t.Error(err)
	}
	if err := BadForm(refusal.In("file", "file.type")); keysOf(err) != "file file.type" {
		t.Error(err)
	}
	if err := BadForm(io.ErrUnexpectedEOF); keysOf(err) != " form.cut" {
		t.Error(err)
	}
	if err := BadForm(errors.New("nonsense")); keysOf(err) != " form.unreadable" {
		t.Error(err)
	}
}

// TestWordsOfStrangers: what is cleaned is said by field, and what is shown again is short.
func TestWordsOfStrangers(t *testing.T) {
	t.Parallel()
	var no refusal.Several
	if got := CleanLine("a", " x\ny ", 3, &no); got != "x y" || len(no) != 0 {
		t.Errorf("%q %v", got, no)
	}
	_ = CleanLine("a", "abcd", 3, &no)
	_ = CleanLine("b", "\xff", 3, &no)
	_ = Clean("c", "\xff", &no)
	_ = Clean("d", strings.Repeat("a", locale.MaxText+1), &no)
	if got := CleanAddress("e", "https://example.org", &no); got != "https://example.org" {
		t.Error(got)
	}
	if got := CleanAddress("e", " http://example.org ", &no); got != "http://example.org" {
		t.Error(got)
	}
	if got := CleanAddress("e", "", &no); got != "" {
		t.Error(got)
	}
	_ = CleanAddress("f", "ftp://example.org", &no)
	if got := keysOf(no); got != "a line.long, b text.utf8, c text.utf8, d text.long, f desk.address" {
		t.Error(got)
	}
	if Shown("x") != "x" || Shown(strings.Repeat("x", 61)) != "…" || Shown(strings.Repeat("x", 60)) != strings.Repeat("x", 60) {
		t.Error("what is shown again")
	}
	given := []*refusal.Refusal{refusal.In("text", "a"), refusal.In("b", "c")}
	renamed := Renamed(given, func(f string) string { return f + "-1" })
	if keysOf(refusal.Several(renamed)) != "text-1 a, b-1 c" || given[0].Field != "text" {
		t.Errorf("%v, of %v", renamed, given)
	}
	for s, want := range map[string]bool{Nonce(): true, "AAAAAAAAAAAAAAAAAAAAAA": true, "AAAAAAAAAAAAAAAAAAAAAB": false, "AAAAAAAAAAAAAAAAAAAAA": false, "": false, "AAAAAAAAAAAAAAAAAAAAAAAA": false} {
		if ValidNonce(s) != want {
			t.Errorf("%q is a nonce: %v", s, !want)
		}
	}
	if NonceUnless(true) != "" || !ValidNonce(NonceUnless(false)) {
		t.Error("a nonce where there is no form, or none where there is one")
	}
	if plain, secure := (&Server{}).CookieName("session"), (&Server{Options: Options{Secure: true}}).CookieName("session"); plain != "session" || secure != "__Host-session" {
		t.Error(plain, secure)
	}
	for value, age := range map[string]int{"x": 60, "": -1} {
		w := httptest.NewRecorder()
		(&Request{Writer: w, Server: &Server{}}).SetCookie("own", value, 60e9)
		if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge != age || !c[0].HttpOnly || c[0].Path != "/" {
			t.Errorf("%q: %v", value, c)
		}
	}
}
