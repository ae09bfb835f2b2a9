package cite

import "time"

// Proof shows that an entry stands on a record: the entry's envelope, the path of hashes from its
// leaf to the root (RFC 6962, section 2.1.1), and the signed checkpoint that names that root.
// It is made and checked by package record; it is a value here so that nouns may carry it.
type Proof struct {
	Envelope   []byte   `json:"envelope"`
	Path       [][]byte `json:"path"`
	Checkpoint []byte   `json:"checkpoint"`
}

// Entry says where and when something was written on the record.
type Entry struct {
	Position Position
	Time     time.Time
}

// Words are the texts that stand beside a fact and may be erased without changing any rule, by the
// name of the field: "1.text" for the text of part 1, "name" for a name.
type Words map[string]string
