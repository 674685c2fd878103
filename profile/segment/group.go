package segment

// A Group is a named part of the grid of RFM scores.
type Group string

// The groups.
const (
	Champions          Group = "champions"           // bought lately, often and for much
	Loyal              Group = "loyal"               // buy often, not long ago
	PotentialLoyalists Group = "potential loyalists" // bought lately, more than once or for more than little
	New                Group = "new"                 // bought just now for the first time or for little
	Promising          Group = "promising"           // bought lately, little as yet
	NeedAttention      Group = "need attention"      // in the middle of everything
	AboutToSleep       Group = "about to sleep"      // little, and a while ago
	AtRisk             Group = "at risk"             // bought much, and not for long
	CannotLose         Group = "cannot lose"         // were among the best, and are silent
	Hibernating        Group = "hibernating"         // little, and long ago
)

// Groups returns the groups, the best first.
func Groups() []Group {
	return []Group{
		Champions, Loyal, PotentialLoyalists, New, Promising, NeedAttention,
		AboutToSleep, CannotLose, AtRisk, Hibernating,
	}
}

// grid names each pair of recency (rows, 1 to 5) and value (columns, 1 to 5).
//
// The names and the grid of recency against frequency are common property of
// tools for RFM, none of which says where they are from. Published tables that
// use ranges of all three scores overlap and leave gaps, so ours reads two
// numbers: recency, and the mean of frequency and monetary. That is our choice,
// not a finding.
var grid = [5][5]Group{
	{Hibernating, Hibernating, AtRisk, AtRisk, CannotLose},
	{Hibernating, Hibernating, AtRisk, AtRisk, CannotLose},
	{AboutToSleep, AboutToSleep, NeedAttention, Loyal, Loyal},
	{Promising, PotentialLoyalists, PotentialLoyalists, Loyal, Loyal},
	{New, PotentialLoyalists, PotentialLoyalists, Champions, Champions},
}

// Group returns the group of a score, and "" for a score that is not in [1, 5]
// in each part. Rows are R, columns the mean of F and M, half rounded up:
//
//	R \ FM   1               2                    3                    4          5
//	1, 2     hibernating     hibernating          at risk              at risk    cannot lose
//	3        about to sleep  about to sleep       need attention       loyal      loyal
//	4        promising       potential loyalists  potential loyalists  loyal      loyal
//	5        new             potential loyalists  potential loyalists  champions  champions
func (s Score) Group() Group {
	for _, part := range []int{s.R, s.F, s.M} {
		if part < 1 || part > 5 {
			return ""
		}
	}
	return grid[s.R-1][(s.F+s.M+1)/2-1]
}
