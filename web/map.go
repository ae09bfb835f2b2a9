package web

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/web/serve"
)

func (q *request) mapPage() error {
	q.Frame.Section = "contributions"
	return q.Read(func(st *conversation.Reading) (frame.View, error) {
		return survey.NewMap(st, q.Lang), nil
	})
}

// mapView builds the page for a file that is made of it.
func (q *request) mapView() (v *survey.Map, err error) {
	err = q.Look(func(st *conversation.Reading) error {
		v = survey.NewMap(st, q.Lang)
		return nil
	})
	return v, err
}

// mapCSV is the table of the page. The last row is what names no country.
func (q *request) mapCSV() error {
	v, err := q.mapView()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	out := press.NewCSV(&b)
	row := func(code, name, group string, contributions, parties int) error {
		return out.Row(code, name, group, strconv.Itoa(contributions), strconv.Itoa(v.Published), strconv.Itoa(parties), strconv.Itoa(v.Parties), frame.TableYes(&q.Frame, q.Frame.Demo))
	}
	err = out.Row(frame.TableHeads(&q.Frame, "code", "country", "group", "contributions", "contributions_all", "parties", "parties_all", "invented")...)
	for _, c := range v.Countries {
		if err == nil {
			err = row(c.Code, c.Name, v.GroupName(c.Group), c.Contributions, c.Parties)
		}
	}
	if err == nil {
		err = row("", q.Frame.T("map.without"), "", v.Without, v.WithoutParties)
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	return q.download("text/csv; charset=utf-8", "map-"+q.Slug+".csv", b.Bytes())
}

// mapSVG is the world map as a file. Where maps are turned off there is none.
func (q *request) mapSVG() error {
	v, err := q.mapView()
	if err != nil {
		return err
	}
	if v.Off || v.Published == 0 {
		return serve.NotFound()
	}
	return q.download("image/svg+xml; charset=utf-8", "map-"+q.Slug+".svg", survey.MapFile(&q.Frame, v))
}

func (q *request) download(ctype, name string, b []byte) error {
	h := q.Writer.Header()
	h.Set("Content-Type", ctype)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding")
	return q.Reply(http.StatusOK, b)
}
