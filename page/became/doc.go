// Package became makes the page for somebody who comes years later: what was asked, said, answered, changed, heard, decided, and what
// became of each promise; and the list of what goes to the next session. Each figure has its denominator and the page that
// holds what was counted. They are that page's own numbers, and so the room stands above page/papers, whose views it counts with.
package became
