package frame

// Choice is one option of a form.
type Choice struct {
	ID    string
	Name  string
	Count int
}
