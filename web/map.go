package web

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/page/desk"
	"github.com/openplenary/plenary/page/frame"
	"github.com/openplenary/plenary/page/survey"
	"github.com/openplenary/plenary/press"
	"github.com/openplenary/plenary/refusal"
)

func (s *Server) mapPage(q *request) error {
	q.frame.Section = "contributions"
	return q.read(func(st *conversation.Reading) (frame.View, error) {
		return survey.NewMap(st, q.lang), nil
	})
}

// mapView builds the page for a file that is made of it.
func (q *request) mapView() (v *survey.Map, err error) {
	err = q.look(func(st *conversation.Reading) error {
		v = survey.NewMap(st, q.lang)
		return nil
	})
	return v, err
}

// mapCSV is the table of the page. The last row is what names no country.
func (s *Server) mapCSV(q *request) error {
	v, err := q.mapView()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	out := press.NewCSV(&b)
	row := func(code, name, group string, contributions, parties int) error {
		return out.Row(code, name, group, strconv.Itoa(contributions), strconv.Itoa(v.Published), strconv.Itoa(parties), strconv.Itoa(v.Parties), frame.TableYes(&q.frame, q.frame.Demo))
	}
	err = out.Row(frame.TableHeads(&q.frame, "code", "country", "group", "contributions", "contributions_all", "parties", "parties_all", "invented")...)
	for _, c := range v.Countries {
		if err == nil {
			err = row(c.Code, c.Name, v.GroupName(c.Group), c.Contributions, c.Parties)
		}
	}
	if err == nil {
		err = row("", q.frame.T("map.without"), "", v.Without, v.WithoutParties)
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return err
	}
	return q.download("text/csv; charset=utf-8", "map-"+q.slug+".csv", b.Bytes())
}

// mapSVG is the world map as a file. Where maps are turned off there is none.
func (s *Server) mapSVG(q *request) error {
	v, err := q.mapView()
	if err != nil {
		return err
	}
	if v.Off || v.Published == 0 {
		return notFound()
	}
	return q.download("image/svg+xml", "map-"+q.slug+".svg", survey.MapFile(&q.frame, v))
}

func (q *request) download(ctype, name string, b []byte) error {
	h := q.w.Header()
	h.Set("Content-Type", ctype)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Accept-Encoding")
	return writeBody(q.w, q.Request, http.StatusOK, b)
}

func (s *Server) deskMap(q *request) error {
	return q.deskShow(http.StatusOK, func(st *conversation.Reading) (frame.View, error) {
		return desk.NewMap(st, q.lang), nil
	})
}

func (s *Server) postDeskMap(q *request) error {
	v, err := q.form()
	if err != nil {
		return err
	}
	var no refusal.Several
	f := desk.Map{Show: v.Get("show"), Disclaimer: v.Get("disclaimer")}
	if f.Show != "on" && f.Show != "off" {
		no = append(no, refusal.In("show", "form.unreadable"))
	}
	text := q.lines("disclaimer", f.Disclaimer, false, 1000, &no)
	if err := q.look(func(st *conversation.Reading) error {
		if was := st.Maps.Disclaimer; text.In[was.Original] != "" { // who wrote it first stays the original
			text.Original = was.Original
		}
		return nil
	}); err != nil {
		return err
	}
	answer, rs, err := q.deskDo(v, conversation.SetMap{Off: f.Show == "off", Disclaimer: text}, no)
	if err != nil {
		return err
	}
	if len(rs) > 0 {
		return q.deskAgain(rs, v.Get("token"), func(*conversation.Reading) (frame.View, error) { return &f, nil })
	}
	return q.deskSee("/map", answer.Last, "mapped", "")
}
