// Package translator answers for the translators' desk of a conversation: what its papers, calls, questions, answers and
// settings lack in a language or have older than their original, side by side with the change of the original. What is
// finished is released at once, as official or not; nobody overwrites what they have not seen.
package translator
