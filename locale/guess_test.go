package locale

import "testing"

// TestGuess: the script of most letters tells the language, Latin letters tell that it is none of those in other scripts.
func TestGuess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		page Lang
		want Lang
	}{
		{"", French, French}, {"2024, 13!", Russian, Russian},
		{"The ferry crosses.", English, English}, {"Le bac traverse.", French, French}, {"Le bac traverse.", English, English}, {"The ferry crosses.", Arabic, English},
		{"La barca cruza.", Chinese, English}, {"El transbordador", Spanish, Spanish},
		{"Паром ходит по WIPO AI.", English, Russian}, {"渡船每天两班。", English, Chinese}, {"渡船每天两班。", Arabic, Chinese}, {"تعبر العبّارة مرتين في اليوم.", French, Arabic},
		{"フェリーは一日二回です。", English, "ja"}, {"여객선", English, "ko"}, {"Το πλοίο", English, "el"}, {"The word 渡船 in an English text", French, French},
	} {
		got := Guess(c.text, c.page)
		if got != c.want {
			t.Errorf("%q on a page in %s: %s, want %s", c.text, c.page, got, c.want)
		}
		if _, ok := WrittenAt(got); !ok {
			t.Errorf("nobody may write in %s", got)
		}
	}
}
