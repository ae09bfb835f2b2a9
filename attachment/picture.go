package attachment

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"github.com/openplenary/plenary/private"
	"github.com/openplenary/plenary/refusal"
)

// The media types of pictures.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
)

// Limits of pictures: as they come, and as they are kept.
const (
	MaxPicture   = 10 << 20  // bytes of one as it comes
	MaxSide      = 1200      // pixels of the longer side of one that is kept
	MaxKept      = 400 << 10 // bytes of one that is kept
	leastSide    = 16        // pixels of the shorter side: less shows nothing
	mostPixels   = 25_000_000
	leastQuality = 50
)

// Picture is a picture that was kept, and how large it is, in pixels.
type Picture struct {
	File
	Width, Height int
}

// KeepPicture takes a picture and returns when it is safely on the disk. What it holds is read and written anew: nothing
// but its points is kept, at most MaxSide by MaxSide of them in at most MaxKept bytes, the right way up. It is never swept;
// whoever took it erases it.
//
// Refusals, all about the field "file": "picture.long" (more than MaxPicture), "picture.type" (neither PNG nor JPEG, or
// broken, whatever its name says), "picture.svg", "picture.small", "picture.pixels" (too many to be read here), and
// "file.no_room".
func (s *Store) KeepPicture(ctx context.Context, r io.Reader, name string, now time.Time) (Picture, error) {
	came, err := io.ReadAll(io.LimitReader(r, MaxPicture+1))
	if err != nil {
		return Picture{}, errors.Join(ErrUnread, err)
	}
	if len(came) > MaxPicture {
		return Picture{}, &refusal.Refusal{Kind: refusal.TooLarge, Key: "picture.long", Field: "file", Args: []any{"max", MaxPicture >> 20}}
	}
	if s.Scarce() {
		return Picture{}, &refusal.Refusal{Kind: refusal.TryAgain, Key: "file.no_room", Field: "file"}
	}
	s.drawing.Lock() // one at a time: each takes memory for all its points
	p, kept, err := redraw(came)
	s.drawing.Unlock()
	if err != nil {
		return Picture{}, err
	}
	var random [16 + keySize]byte
	if _, err := rand.Read(random[:]); err != nil {
		return Picture{}, err
	}
	p.ID, p.Made = hex.EncodeToString(random[:16]), now.UTC()
	key := random[16:]
	s.mark(p.ID, true)
	defer s.mark(p.ID, false)
	if err := s.store(ctx, &p.File, key, bytes.NewReader(kept)); err != nil {
		return Picture{}, noRoom(err)
	}
	p.Name = cleanName(name, p.Type)
	_, err = s.db.ExecContext(ctx, `INSERT INTO attachment(id, name, type, size, sha, made, claimed, secret) VALUES($1, $2, $3, $4, $5, $6, $7, $8)`,
		p.ID, p.Name, p.Type, p.Size, p.SHA, private.Micro(now), isCited, key)
	if err != nil {
		return Picture{}, noRoom(errors.Join(err, s.keep.remove(context.WithoutCancel(ctx), p.ID)))
	}
	return p, nil
}

// redraw reads a picture and writes it anew.
func redraw(came []byte) (p Picture, kept []byte, err error) {
	head := bytes.ToLower(came[:min(len(came), headSize)])
	if bytes.Contains(head, []byte("<svg")) || bytes.HasPrefix(bytes.TrimSpace(head), []byte("<?xml")) {
		return p, nil, refusal.In("file", "picture.svg")
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(came))
	switch {
	case err != nil || kind != "png" && kind != "jpeg":
		return p, nil, refusal.In("file", "picture.type")
	case min(size.Width, size.Height) < leastSide:
		return p, nil, refusal.In("file", "picture.small", "min", leastSide)
	case size.Width > mostPixels/size.Height:
		return p, nil, refusal.In("file", "picture.pixels", "max", mostPixels/1_000_000)
	}
	drawn, _, err := image.Decode(bytes.NewReader(came))
	if err != nil {
		return p, nil, refusal.In("file", "picture.type")
	}
	turn := 1
	if kind == "jpeg" {
		turn = orientation(came)
	}
	for side := MaxSide; ; side = side * 3 / 4 {
		small := shrink(drawn, side)
		small = upright(small, turn)
		p.Width, p.Height = small.Rect.Dx(), small.Rect.Dy()
		if kept, p.Type, err = encode(small, kind == "png"); err != nil || len(kept) <= MaxKept {
			return p, kept, err
		}
	}
}

// encode writes a picture: as PNG, if it came so and is small enough, else as JPEG, on white where one can see through it.
func encode(m *image.NRGBA, asPNG bool) (b []byte, kind string, err error) {
	var out bytes.Buffer
	if asPNG {
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, m); err != nil || out.Len() <= MaxKept {
			return out.Bytes(), PNG, err
		}
	}
	flat := image.NewRGBA(m.Rect)
	for i := 0; i < len(m.Pix); i += 4 {
		a := uint32(m.Pix[i+3])
		for c := range 3 {
			flat.Pix[i+c] = uint8((uint32(m.Pix[i+c])*a + 255*(255-a) + 127) / 255)
		}
		flat.Pix[i+3] = 255
	}
	for quality := 88; ; quality -= 12 {
		out.Reset()
		if err := jpeg.Encode(&out, flat, &jpeg.Options{Quality: quality}); err != nil || out.Len() <= MaxKept || quality < leastQuality {
			return out.Bytes(), JPEG, err
		}
	}
}

// shrink makes a picture at most side by side points large: each is the mean of those that it stands for.
func shrink(m image.Image, side int) *image.NRGBA {
	r := m.Bounds()
	w, h := r.Dx(), r.Dy()
	if longer := max(w, h); longer > side {
		w, h = max(1, w*side/longer), max(1, h*side/longer)
	}
	out := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		top, bottom := r.Min.Y+y*r.Dy()/h, r.Min.Y+(y+1)*r.Dy()/h
		for x := range w {
			left, right := r.Min.X+x*r.Dx()/w, r.Min.X+(x+1)*r.Dx()/w
			var sum [4]uint64
			for v := top; v < bottom; v++ {
				for u := left; u < right; u++ {
					red, green, blue, alpha := m.At(u, v).RGBA()
					sum[0], sum[1], sum[2], sum[3] = sum[0]+uint64(red), sum[1]+uint64(green), sum[2]+uint64(blue), sum[3]+uint64(alpha)
				}
			}
			n := uint64((bottom - top) * (right - left))
			out.Set(x, y, color.RGBA64{R: uint16(sum[0] / n), G: uint16(sum[1] / n), B: uint16(sum[2] / n), A: uint16(sum[3] / n)})
		}
	}
	return out
}

// upright turns a picture as a camera says that it was held: from 1, upright, to 8 (Exif, tag 274).
func upright(m *image.NRGBA, turn int) *image.NRGBA {
	if turn < 2 || turn > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if turn > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewNRGBA(size)
	for y := range h {
		for x := range w {
			u, v := x, y
			switch turn {
			case 2:
				u = w - 1 - x
			case 3:
				u, v = w-1-x, h-1-y
			case 4:
				v = h - 1 - y
			case 5:
				u, v = y, x
			case 6:
				u, v = h-1-y, x
			case 7:
				u, v = h-1-y, w-1-x
			case 8:
				u, v = y, w-1-x
			}
			out.SetNRGBA(u, v, m.NRGBAAt(x, y))
		}
	}
	return out
}

// orientation is what a JPEG file says of how the camera was held; 1, upright, where it says nothing.
func orientation(b []byte) int {
	for at := 2; at+4 <= len(b) && b[at] == 0xff && b[at+1] != 0xda; {
		length := int(binary.BigEndian.Uint16(b[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(b) {
			break
		}
		if body := b[at+4 : end]; b[at+1] == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")) {
			return turned(body[6:])
		}
		at = end
	}
	return 1
}

// turned reads the orientation from the first list of a TIFF header.
func turned(b []byte) int {
	var order binary.ByteOrder = binary.BigEndian
	switch {
	case len(b) < 8:
		return 1
	case b[0] == 'I':
		order = binary.LittleEndian
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for i := range n {
		field := at + 2 + 12*i
		if field+12 > len(b) {
			break
		}
		if order.Uint16(b[field:]) == 274 {
			return int(order.Uint16(b[field+8:]))
		}
	}
	return 1
}
