// Package speakers draws up the list of speakers of a sitting by rules that are published with the session, and says of
// each place in one true sentence why it is where it is.
//
// A Sheet is what a list is drawn from: the settings of the session, when the list was closed, the requests for the floor
// and the chair's moves. Draw makes the List, by these rules:
//
//  1. Closing. A request made after the list was closed has no place.
//  2. Merging. The requests of one party for one item are one place: asked for when the earliest of them was, for the
//     longest time that one of them asks, with the speakers in the order of the requests. Whom the head of a delegation
//     chooses among them, or in their stead, changes no order; whoever keeps the requests keeps that choice.
//  3. Categories in the declared order.
//  4. Within a category those first who had the floor fewer times in this session (a setting).
//  5. Among these regions take turns, in the order of their earliest request (a setting).
//  6. Within a region by the time of the request, then by its reference, letter by letter.
//  7. The chair's moves override. They are made again, one after the other in the order of their time, on every draft that
//     is drawn, so that none is undone by drawing again, and what was asked for later is merged around them.
//
// A move does not say a number: whoever is second when the first was heard is first, and whoever was put second would be put
// back for ever. It says before and after which places it puts one (List.Beside names them for a chair who points at a
// position). Of these some may be withdrawn later, and others sink by rule 4; on every draft the place is put where as many as
// can be stand on the side on which the chair had them. Who was heard stays on the sheet, marked so: their region has had its
// turn, and what is drawn after each speaker is what was drawn before, without them.
//
// A place has the time that was asked, up to the limit of its category. Settings.Forecast says who is heard until when if
// the sitting ends at a given time, and who is cut. Points of order and rights of reply have lists of their own, which are
// never closed, and clocks of their own; a Clock is made of instants of the server alone, so that everybody who reads it
// sees the same, and a restart changes nothing.
//
// How often a party had the floor, who is which category and region, and who may ask, move or close, is what the noun that
// keeps sessions knows: it makes a Sheet from its state, keeps the moves as facts, and shows what Draw gives. The command
// plenary speakers makes one from a file.
package speakers
