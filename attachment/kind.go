package attachment

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/openplenary/plenary/locale"
	"github.com/openplenary/plenary/refusal"
)

// The media types of files that are taken.
const (
	PDF  = "application/pdf"
	DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	ODT  = "application/vnd.oasis.opendocument.text"
	RTF  = "application/rtf"
	Text = "text/plain; charset=utf-8"
	HTML = "text/html; charset=utf-8"
)

// extensions are the endings a name may have, by type; the first is put there if it has none of them.
var extensions = map[string][]string{
	PDF: {".pdf"}, DOCX: {".docx"}, ODT: {".odt"}, RTF: {".rtf"}, Text: {".txt", ".text", ".md", ".csv"}, HTML: {".html", ".htm"},
	PNG: {".png"}, JPEG: {".jpg", ".jpeg"},
}

// Limits of a packed document, as its own list of parts declares them.
const (
	maxParts    = 2000
	maxUnpacked = 100 << 20
)

func errType() error { return refusal.In("file", "file.type") }

// sniffer looks at the bytes of a file as they come by.
type sniffer struct {
	head    []byte // the first bytes
	notText bool
	partial []byte // the beginning of a letter whose other bytes come in the next chunk
}

const headSize = 4 << 10

func (s *sniffer) Write(p []byte) (int, error) {
	if room := headSize - len(s.head); room > 0 {
		s.head = append(s.head, p[:min(room, len(p))]...)
	}
	if !s.notText {
		s.text(p)
	}
	return len(p), nil
}

// text checks that p goes on in UTF-8 without control characters.
func (s *sniffer) text(p []byte) {
	if len(s.partial) > 0 {
		// At most three bytes wait; three more are sure to finish the letter or to show that it is none.
		k := min(len(p), utf8.UTFMax)
		joined := append(s.partial, p[:k]...)
		r, n := utf8.DecodeRune(joined)
		switch {
		case r != utf8.RuneError || n > 1: // that sign itself is a letter of three bytes
			p = p[n-len(s.partial):]
			s.partial = nil
		case utf8.FullRune(joined):
			s.notText = true
			return
		default:
			s.partial = joined
			return
		}
	}
	for len(p) > 0 {
		if c := p[0]; c < utf8.RuneSelf {
			if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' || c == 0x7f {
				s.notText = true
				return
			}
			p = p[1:]
			continue
		}
		r, n := utf8.DecodeRune(p)
		if r == utf8.RuneError && n == 1 {
			if utf8.FullRune(p) {
				s.notText = true
			} else {
				s.partial = append([]byte(nil), p...)
			}
			return
		}
		p = p[n:]
	}
}

// kind is the media type of a file of a size whose bytes have all come by.
func (s *sniffer) kind(r io.ReaderAt, size int64) (string, error) {
	switch {
	case bytes.HasPrefix(s.head, []byte("%PDF-")):
		return PDF, nil
	case bytes.HasPrefix(s.head, []byte(`{\rtf`)):
		return RTF, nil
	case bytes.HasPrefix(s.head, []byte("PK\x03\x04")):
		return packedKind(s.head, r, size)
	case s.notText || len(s.partial) > 0:
		return "", errType()
	case looksLikeHTML(s.head):
		return HTML, nil
	}
	return Text, nil
}

// looksLikeHTML says that a text begins as a web page does, comments and an XML declaration aside.
func looksLikeHTML(head []byte) bool {
	t := strings.ToLower(string(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))))
	for {
		t = strings.TrimLeft(t, " \t\r\n\f")
		end := ""
		switch {
		case strings.HasPrefix(t, "<!--"):
			end = "-->"
		case strings.HasPrefix(t, "<?"):
			end = "?>"
		default:
			return strings.HasPrefix(t, "<!doctype html") || strings.HasPrefix(t, "<html")
		}
		_, rest, ok := strings.Cut(t, end)
		if !ok {
			return false
		}
		t = rest
	}
}

// packedKind looks at the list of parts of a zip file. Nothing is unpacked: the list says which parts
// there are, and OpenDocument keeps its own media type, not compressed, in the first bytes.
func packedKind(head []byte, r io.ReaderAt, size int64) (string, error) {
	parts, err := listParts(r, size)
	if err != nil {
		return "", err
	}
	var types, word, content bool
	for name := range parts {
		low := strings.ToLower(name)
		switch {
		case strings.HasSuffix(low, "vbaproject.bin"), strings.HasPrefix(low, "basic/"), strings.HasPrefix(low, "scripts/"):
			return "", refusal.In("file", "file.macros")
		case name == "[Content_Types].xml":
			types = true
		case strings.HasPrefix(low, "word/document") && strings.HasSuffix(low, ".xml"):
			word = true
		case name == "content.xml":
			content = true
		}
	}
	switch {
	case types && word:
		return DOCX, nil
	case content && openDocument(head) == ODT:
		return ODT, nil
	}
	return "", errType()
}

// openDocument is the media type that a file of OpenDocument begins with, "" if it does not.
func openDocument(head []byte) string {
	const name = "mimetype"
	if len(head) < 30 || binary.LittleEndian.Uint16(head[8:]) != 0 { // 0: stored, not compressed
		return ""
	}
	length := int(binary.LittleEndian.Uint32(head[22:]))
	begin := 30 + len(name) + int(binary.LittleEndian.Uint16(head[28:]))
	if int(binary.LittleEndian.Uint16(head[26:])) != len(name) || length > 100 || begin+max(length, len(ODT)) > len(head) || string(head[30:30+len(name)]) != name {
		return ""
	}
	if length == 0 { // written as a stream: the length stands elsewhere
		length = len(ODT)
	}
	return string(head[begin : begin+length])
}

// listParts reads the central directory of a zip file (APPNOTE 4.3.12, 4.3.16) and refuses what no word
// processor writes: a second file before or behind the parts, encrypted parts, two parts of one name,
// names that lead out of the file. archive/zip is not used, because it reads as many headers as it
// finds, whatever their number.
func listParts(r io.ReaderAt, size int64) (map[string]bool, error) {
	const endSize, headerSize = 22, 46
	tail := make([]byte, min(size, endSize+1<<16))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, err
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < endSize {
		return nil, errType()
	}
	end := tail[at:]
	count := int(binary.LittleEndian.Uint16(end[10:]))
	length, offset := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	comment := int(binary.LittleEndian.Uint16(end[20:]))
	if count > maxParts {
		return nil, refusal.In("file", "file.packed")
	}
	if binary.LittleEndian.Uint32(end[4:]) != 0 || offset+length != size-int64(len(tail)-at) || endSize+comment != len(end) || length > maxParts*1024 {
		return nil, errType()
	}
	directory := make([]byte, length)
	if _, err := r.ReadAt(directory, offset); err != nil && err != io.EOF {
		return nil, err
	}
	parts := make(map[string]bool, count)
	var unpacked int64
	for range count {
		if len(directory) < headerSize || string(directory[:4]) != "PK\x01\x02" {
			return nil, errType()
		}
		flags := binary.LittleEndian.Uint16(directory[8:])
		unpacked += int64(binary.LittleEndian.Uint32(directory[24:]))
		n := int(binary.LittleEndian.Uint16(directory[28:]))
		whole := headerSize + n + int(binary.LittleEndian.Uint16(directory[30:])) + int(binary.LittleEndian.Uint16(directory[32:]))
		if len(directory) < whole {
			return nil, errType()
		}
		name := string(directory[headerSize : headerSize+n])
		if flags&1 != 0 || parts[name] || !isPartName(name) {
			return nil, errType()
		}
		parts[name] = true
		directory = directory[whole:]
	}
	if len(directory) > 0 {
		return nil, errType()
	}
	if unpacked > maxUnpacked {
		return nil, refusal.In("file", "file.packed")
	}
	return parts, nil
}

func isPartName(name string) bool {
	if name == "" || strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") || !utf8.ValidString(name) {
		return false
	}
	for _, step := range strings.Split(name, "/") {
		if step == ".." {
			return false
		}
	}
	return true
}

// MaxName is the longest name of a file, in characters.
const MaxName = 200

// cleanName makes the name under which a file is shown and offered: the last part of what the browser
// sent, one clean line, with an ending that says what the content is.
func cleanName(name, kind string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	if len(name) > 4096 { // no honest name; its end is what tells
		name = strings.ToValidUTF8(name[len(name)-4096:], "")
	}
	clean, err := locale.CleanLine(name, 4096)
	if err != nil {
		clean = ""
	}
	clean = strings.Trim(clean, ". ")
	ending := extensions[kind][0]
	stem := clean
	if got := path.Ext(clean); got != "" {
		for _, e := range extensions[kind] {
			if strings.EqualFold(got, e) {
				stem, ending = clean[:len(clean)-len(got)], got
			}
		}
	}
	if stem == "" {
		stem = "file"
	}
	if letters := []rune(stem); len(letters)+len(ending) > MaxName {
		stem = strings.TrimRight(string(letters[:MaxName-len(ending)]), " ")
	}
	return stem + ending
}
