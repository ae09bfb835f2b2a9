// Package priority keeps in which order a conversation takes up its themes, and why. The secretariat begins an order: it declares
// the criteria and the themes, which are issues of its papers. Then it proposes an order, with a reason for each theme, and
// says at which call comments on it are taken. When these are in it decides: the order, a reason for each theme, and for each
// that is not taken why not. Another decision may take the place of one, with a reason; the one before stays.
//
// Whatever was begun stays: what was proposed and never decided is seen as that, and who gives an order up says why.
package priority
