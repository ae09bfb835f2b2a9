package locale

// Text is one text in several languages, with the original marked: the others are translations of it.
// A language that has no translation yet is absent (or empty). The JSON form is
// {"original":"en","in":{"en":"…","fr":"…"}} with the languages in alphabetical order of their tags, so
// equal texts have equal bytes.
type Text struct {
	Original Lang            `json:"original"`
	In       map[Lang]string `json:"in"`
}

// Plain is a text that exists in one language only.
func Plain(l Lang, s string) Text {
	return Text{Original: l, In: map[Lang]string{l: s}}
}

// For is the text for a reader of l, and the language it is in: l if the text exists in it, else the
// original, else the first of All that has it. An empty text is "" in its original language. Whoever
// shows it marks the language (lang, dir) when it is not the page's.
func (t Text) For(l Lang) (text string, in Lang) {
	if s := t.In[l]; s != "" {
		return s, l
	}
	if s := t.In[t.Original]; s != "" {
		return s, t.Original
	}
	for _, l := range All {
		if s := t.In[l]; s != "" {
			return s, l
		}
	}
	return "", t.Original
}

// String is the original's words, or another language's if the original has none.
func (t Text) String() string {
	s, _ := t.For(t.Original)
	return s
}

// Empty says that there are no words in any language.
func (t Text) Empty() bool {
	for _, s := range t.In {
		if s != "" {
			return false
		}
	}
	return true
}

// With is the text after some of its words were changed: by language what it says from now on, "" where a translation
// is taken away. Where it had no words, the original is the one in the language own, else the first of those that came.
func (t Text) With(words map[Lang]string, own Lang) Text {
	if len(words) == 0 {
		return t
	}
	out := Text{Original: t.Original, In: map[Lang]string{}}
	if t.Empty() {
		_, out.Original = Text{Original: own, In: words}.For(own)
	}
	for l, s := range t.In {
		out.In[l] = s
	}
	for l, s := range words {
		if s == "" {
			delete(out.In, l)
		} else {
			out.In[l] = s
		}
	}
	return out
}
