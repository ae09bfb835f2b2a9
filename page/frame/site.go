package frame

import (
	"strings"

	"github.com/a-h/templ"
	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/site"
)

// Describer is a view that says in a sentence or two what is on its page, for those who meet a link to it elsewhere.
type Describer interface{ Description(f *Frame) string }

// Instance is what the operator says about the instance.
func (f *Frame) Instance() *site.Site {
	if f.Site == nil {
		f.Site = site.Blank()
	}
	return f.Site
}

// Body is the name of the body whose instance it is, in the frame's language; "" where the operator has not said it.
func (f *Frame) Body() LocalizedText { return f.Text(f.Instance().Name) }

// whole is the title of the page in the head of the document: of the page, of the conversation, of the body.
func (f *Frame) whole(v View) string {
	title := v.Title(f)
	for _, more := range []string{f.Name, f.Body().Text} {
		if more != "" && more != v.Title(f) {
			title += " · " + more
		}
	}
	return title
}

// describe is what the page says of itself to those who meet a link to it.
func (f *Frame) describe(v View) string {
	text := f.About.Text
	if d, ok := v.(Describer); ok {
		text = d.Description(f)
	}
	if text == "" && f.Body().Text != "" {
		text = f.T("site.description", "body", f.Body().Text)
	}
	return Shorten(text, 200)
}

// asked is whom to ask: in a conversation whom it names, else whom the operator does.
func (f *Frame) asked() LocalizedText {
	if f.Contact.Text != "" {
		return f.Contact
	}
	return f.Text(f.Instance().Contact)
}

// absolute is this page's address in another language, with the host.
func (f *Frame) absolute(l locale.Lang) templ.SafeURL { return templ.SafeURL(f.Host) + f.Other(l) }

// LogoPath is the address of a picture of the logo.
func LogoPath(file string) string { return "/logo/" + file }

// locales are the languages as Open Graph names them.
var locales = map[locale.Lang]string{locale.Arabic: "ar_AR", locale.Chinese: "zh_CN", locale.English: "en_GB", locale.French: "fr_FR", locale.Russian: "ru_RU", locale.Spanish: "es_ES"}

// openGraph lists what those who show links ask of a page, as names and values.
func (f *Frame) openGraph(v View) (out [][2]string) {
	add := func(name, value string) {
		if value != "" {
			out = append(out, [2]string{"og:" + name, value})
		}
	}
	add("type", "website")
	add("title", strings.TrimSpace(v.Title(f)))
	add("description", f.describe(v))
	add("url", f.Host+string(f.Other(f.Lang)))
	add("site_name", f.Body().Text)
	add("locale", locales[f.Lang])
	if logo := f.Instance().Logo; logo != nil {
		add("image", f.Host+LogoPath(logo.File))
		add("image:alt", f.Body().Text)
	}
	return out
}
