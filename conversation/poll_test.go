package conversation_test

import (
	"time"

	"github.com/openplenary/plenary/cite"
	"github.com/openplenary/plenary/conversation"
	"github.com/openplenary/plenary/poll"
)

func balloted(opens, closes time.Time) poll.Terms {
	return poll.Terms{Method: poll.Approval, Constituencies: poll.Constituencies, Opens: opens, Closes: closes, Zone: "UTC"}
}

// voted has an indicative ballot on an order that is open from now on, for so long.
func voted(w *world, order cite.Ref, long time.Duration) cite.Ref {
	w.t.Helper()
	w.must(olga, poll.Hold{Order: order, Terms: balloted(w.now, w.now.Add(long))})
	ref := cite.Ballot(len(w.st.Polls.Polls()))
	if _, err := w.ask(conversation.Ask{System: true, Received: w.now, Command: poll.Freeze{Poll: ref}}); err != nil {
		w.t.Fatal(err)
	}
	return ref
}
