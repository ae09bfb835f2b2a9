package attachment_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/openplenary/plenary/attachment"
	"github.com/openplenary/plenary/private/privatetest"
	"github.com/openplenary/plenary/refusal"
)

// drawn is a picture: noise, as no chart and every photograph is, or one colour.
func drawn(w, h int, noise bool) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		if m.Pix[i] = 200; noise {
			m.Pix[i] = uint8(r.Uint32())
		}
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif puts a header into a JPEG file that says how the camera was held, and a secret.
func exif(file []byte, turn uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00")
	tiff = binary.LittleEndian.AppendUint16(tiff, 274)
	tiff = binary.LittleEndian.AppendUint16(tiff, 3)
	tiff = binary.LittleEndian.AppendUint32(tiff, 1)
	tiff = binary.LittleEndian.AppendUint16(tiff, turn)
	tiff = append(tiff, "\x00\x00\x00\x00\x00\x00taken at the minister's house"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return append(append(out, body...), file[2:]...)
}

func pictureStore(t *testing.T) (*attachment.Store, string) {
	t.Helper()
	dir := t.TempDir()
	db, err := privatetest.Open(t, filepath.Join(dir, "private.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	s, err := attachment.New(db, dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// TestKeepPicture: pictures are made small, written anew and kept; what is none is refused, whatever its name says.
func TestKeepPicture(t *testing.T) {
	t.Parallel()
	s, _ := pictureStore(t)
	now := time.Date(2020, 1, 2, 9, 0, 0, 0, time.UTC)
	see := drawn(300, 200, false)
	for i := 3; i < len(see.Pix); i += 4 {
		see.Pix[i] = 128
	}
	for name, c := range map[string]struct {
		file []byte
		kind string
		w, h int
	}{
		"chart.png": {asPNG(t, drawn(640, 480, false)), attachment.PNG, 640, 480}, "wide.png": {asPNG(t, drawn(4000, 1000, false)), attachment.PNG, 1200, 300},
		"photo.jpg": {asJPEG(t, drawn(1000, 1500, false)), attachment.JPEG, 800, 1200}, "noise.png": {asPNG(t, drawn(1300, 1300, true)), attachment.JPEG, 0, 0},
		"see-through.png": {asPNG(t, see), attachment.PNG, 300, 200}, "turned.jpg": {exif(asJPEG(t, drawn(300, 100, false)), 6), attachment.JPEG, 100, 300},
		"named wrongly.png": {asJPEG(t, drawn(32, 16, false)), attachment.JPEG, 32, 16},
	} {
		p, err := s.KeepPicture(t.Context(), bytes.NewReader(c.file), name, now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p.Type != c.kind || c.w > 0 && (p.Width != c.w || p.Height != c.h) || p.Size > attachment.MaxKept || max(p.Width, p.Height) > attachment.MaxSide {
			t.Errorf("%s: %+v", name, p)
		}
		r, f, err := s.Open(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		back, err := io.ReadAll(r)
		_ = r.Close()
		size, _, bad := image.DecodeConfig(bytes.NewReader(back))
		if err != nil || bad != nil || size.Width != p.Width || size.Height != p.Height || f.SHA != p.SHA || bytes.Contains(back, []byte("minister")) {
			t.Errorf("%s: %v %v %+v", name, err, bad, size)
		}
	}
	big := fmt.Appendf(nil, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR%s\x08\x06\x00\x00\x00", binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 60000), 60000))
	for name, c := range map[string]struct {
		file []byte
		key  string
	}{
		"long.jpg": {append(asJPEG(t, drawn(32, 32, false)), make([]byte, attachment.MaxPicture)...), "picture.long"}, "dot.png": {asPNG(t, drawn(1, 1, false)), "picture.small"},
		"line.png": {asPNG(t, drawn(2000, 2, false)), "picture.small"}, "text.png": {[]byte("no picture"), "picture.type"}, "none.png": {nil, "picture.type"},
		"cut.jpg": {asJPEG(t, drawn(64, 64, true))[:900], "picture.type"}, "svg.png": {[]byte("\n<svg xmlns='http://www.w3.org/2000/svg'/>"), "picture.svg"},
		"xml.svg": {[]byte("<?xml version='1.0'?><!-- " + strings.Repeat("x", 5000) + " --><svg/>"), "picture.svg"}, "bomb.png": {summed(big), "picture.pixels"},
	} {
		_, err := s.KeepPicture(t.Context(), bytes.NewReader(c.file), name, now)
		if rs := refusal.Of(err); len(rs) != 1 || rs[0].Key != c.key || rs[0].Field != "file" {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	// What was refused leaves nothing, and nothing that was kept is swept.
	n, err := s.Sweep(t.Context(), now.AddDate(1, 0, 0), nil)
	files, _ := s.Held(t.Context())
	if err != nil || n != 0 || len(files) != 7 {
		t.Error(n, err, len(files))
	}
}

// summed gives the first part of a PNG file the sum that belongs to it.
func summed(b []byte) []byte {
	var out bytes.Buffer
	out.Write(b)
	_ = binary.Write(&out, binary.BigEndian, crc32.ChecksumIEEE(b[12:29]))
	return out.Bytes()
}

// TestUpright: a picture stands as the camera says that it was held.
func TestUpright(t *testing.T) {
	t.Parallel()
	s, _ := pictureStore(t)
	m := drawn(64, 32, false) // its upper left quarter is dark
	for y := range 16 {
		for x := range 32 {
			m.Set(x, y, color.Black)
		}
	}
	// Where the dark quarter is afterwards: to the right, below.
	for turn, want := range map[uint16][2]bool{1: {false, false}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {false, false}, 6: {true, false}, 7: {true, true}, 8: {false, true}} {
		p, err := s.KeepPicture(t.Context(), bytes.NewReader(exif(asJPEG(t, m), turn)), "x.jpg", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		r, _, err := s.Open(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(r)
		_ = r.Close()
		if err != nil {
			t.Fatal(err)
		}
		dark := func(x, y int) bool { r, _, _, _ := got.At(x, y).RGBA(); return r < 0x4000 }
		w, h := p.Width, p.Height
		at := map[[2]bool]bool{{false, false}: dark(w/4, h/4), {true, false}: dark(3*w/4, h/4), {false, true}: dark(w/4, 3*h/4), {true, true}: dark(3*w/4, 3*h/4)}
		if (turn > 4) != (h > w) || !at[want] {
			t.Errorf("%d: %dx%d %v", turn, w, h, at)
		}
		for q, is := range at {
			if is && q != want {
				t.Errorf("%d: also %v", turn, q)
			}
		}
	}
}
