package site

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"net/http"
	"strings"
	"sync"

	"github.com/openplenary/plenary/refusal"
)

// Logo is the picture of a body, made anew from what was sent: nothing of the sent file is kept.
type Logo struct {
	// File is the name of the picture, of at most LargeLogo pixels on a side.
	File string `json:"file"`
	// Width and Height are of the picture, in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Small is the name of the picture that stands on top of every page, of at most SmallLogo pixels in height.
	Small       string `json:"small"`
	SmallWidth  int    `json:"small_width"`
	SmallHeight int    `json:"small_height"`
}

// Bounds of a logo: what may be sent in bytes and pixels, and what is kept in pixels.
const (
	MaxLogoBytes = 5 << 20
	MinLogo      = 32
	MaxLogo      = 4_096
	LargeLogo    = 512
	SmallLogo    = 64
)

// drawing is held by whoever draws a picture.
var drawing sync.Mutex

// readLogo makes the two pictures of what was sent. Only PNG and JPEG are taken, told by their bytes and not by their names.
func readLogo(sent []byte) (large, small *image.NRGBA, err error) {
	no := func(key string, args ...any) (*image.NRGBA, *image.NRGBA, error) {
		return nil, nil, refusal.In("logo", "site.logo."+key, args...)
	}
	if len(sent) > MaxLogoBytes {
		return no("large", "max", MaxLogoBytes>>20)
	}
	kind := http.DetectContentType(sent)
	if kind != "image/png" && kind != "image/jpeg" {
		if bytes.Contains(bytes.ToLower(sent[:min(len(sent), 1024)]), []byte("<svg")) {
			return no("svg")
		}
		return no("type")
	}
	decode, config := png.Decode, png.DecodeConfig
	if kind == "image/jpeg" {
		decode, config = jpeg.Decode, jpeg.DecodeConfig
	}
	size, err := config(bytes.NewReader(sent))
	switch {
	case err != nil:
		return no("broken")
	case size.Width < MinLogo || size.Height < MinLogo:
		return no("small", "width", size.Width, "height", size.Height, "min", MinLogo)
	case size.Width > MaxLogo || size.Height > MaxLogo:
		return no("pixels", "width", size.Width, "height", size.Height, "max", MaxLogo)
	}
	drawing.Lock() // one at a time: each takes memory for all its points
	defer drawing.Unlock()
	picture, err := decode(bytes.NewReader(sent))
	if err != nil {
		return no("broken")
	}
	return fit(picture, LargeLogo, LargeLogo), fit(picture, 4*SmallLogo, SmallLogo), nil
}

// fit is a picture made smaller until it is no wider and no higher, each pixel the mean of those that it stands for.
func fit(p image.Image, width, height int) *image.NRGBA {
	b := p.Bounds()
	w, h := b.Dx(), b.Dy()
	if w > width {
		w, h = width, max(1, b.Dy()*width/b.Dx())
	}
	if h > height {
		w, h = max(1, b.Dx()*height/b.Dy()), height
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			part := image.Rect(b.Min.X+x*b.Dx()/w, b.Min.Y+y*b.Dy()/h, b.Min.X+(x+1)*b.Dx()/w, b.Min.Y+(y+1)*b.Dy()/h)
			out.Set(x, y, mean(p, part))
		}
	}
	return out
}

func mean(p image.Image, part image.Rectangle) color.Color {
	var r, g, b, a, n uint64
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			cr, cg, cb, ca := p.At(x, y).RGBA()
			r, g, b, a, n = r+uint64(cr), g+uint64(cg), b+uint64(cb), a+uint64(ca), n+1
		}
	}
	n = max(n, 1)
	return color.RGBA64{uint16(r / n), uint16(g / n), uint16(b / n), uint16(a / n)}
}

// encode writes a picture as a file, and names it by its bytes.
func encode(p *image.NRGBA) (name string, b []byte, err error) {
	var buf bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&buf, p); err != nil {
		return "", nil, err
	}
	return hashOf(buf.Bytes())[:32] + ".png", buf.Bytes(), nil
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ownName reports whether a name is one that a picture of this room may have.
func ownName(name string) bool {
	hash, ok := strings.CutSuffix(name, ".png")
	return ok && len(hash) == 32 && strings.Trim(hash, "0123456789abcdef") == ""
}
