// Package lint reads a questionnaire as somebody does who has never seen it, and names what may bend the answers: words
// that lead to one, two questions in one, the preferred choice in the first place, and more than people have time for.
//
// What it says are hints for whoever writes the questions. It knows words and marks, and no meaning: a hint may be wrong,
// and a question without one may lead all the same. Nothing is refused because of it.
package lint
