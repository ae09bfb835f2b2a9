// Package formulation keeps how questions are formulated together. A call may gather questions: whoever answers it proposes
// questions that policy makers should ask, and says why each matters. A proposal is a part of a contribution, so it is
// sent, received, moderated, withdrawn and answered like any other.
//
// Here stands what is done with proposals beyond that. Parties support them. The rapporteur puts one or several of them
// into the words of one question, which keeps every wording it ever had and every proposal it is made of. The questions are
// put in order under themes, and the paper that takes one up cites it. So nothing disappears: a proposal was taken up, in
// these words and with those others, or it has an answer that says why not.
package formulation
