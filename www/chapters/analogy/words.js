// @ts-check
// Chapter 1's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  analogy_failed: [
    "这一章的楼由引擎来画，可引擎没能启动，图是空的，文字照读。{message}",
    "The engine draws this chapter's towers and could not start, so the figures stay empty; the text is all there. {message}",
  ],

  analogy_site: ["图一：工地", "Figure 1: the building site"],
  analogy_the_tower: ["楼", "the tower"],
  analogy_the_moment: ["此刻的样子", "as it is now"],
  analogy_the_guess: ["施工队此刻猜的楼", "the crew’s guess so far"],
  analogy_the_rubble: ["砖瓦水泥", "bricks and cement"],
  analogy_is_tower: ["要拆的那座楼", "The tower that is taken down"],
  analogy_is_x: ["t = {t} 时的画面 x_t", "The picture x_t at t = {t}"],
  analogy_is_guess: [
    "施工队看着 x_t 猜的楼：十六座楼按可能性平均",
    "What the crew expects from x_t: the sixteen towers averaged by how likely each is",
  ],
  analogy_is_rubble: ["一堆砖瓦：拆到头的画面 x_T", "The rubble: x_T, the picture at the end of demolition"],
  analogy_build: ["从这堆砖盖起；再按，换一把骰子重盖", "Build from this rubble; again, with other dice"],
  analogy_open: [
    "t = {t}：看着眼前这幅，说得通的楼还有 {count} 座（由熵折算）。",
    "t = {t}: the choice is as open as among {count} towers, all equally likely (that is the exponential of the entropy).",
  ],
  analogy_stands: ["t = 0：楼还没拆。", "t = 0: the tower has not been touched yet."],
  analogy_other_tower: [
    "盖好了，是街上的第 {number} 座，不是拆掉的那座。再按一次“建”试试。",
    "Done: number {number} of the street, and not the tower that came down. Rebuild once more.",
  ],
  analogy_same_tower: [
    "盖好了，是街上的第 {number} 座，碰巧就是拆掉的那座。再按一次“建”试试。",
    "Done: number {number} of the street, which happens to be the tower that came down. Rebuild once more.",
  ],

  analogy_game: ["图二：来当施工队", "Figure 2: be the crew"],
  analogy_level: ["玩哪一关", "Which level"],
  analogy_level_step: ["退一步", "One step back"],
  analogy_level_jump: ["一跳到楼", "One jump back"],
  analogy_level_pasts: ["同一幅的来路", "Pasts of one picture"],
  analogy_ask_step: [
    "左边拆到了第 {t} 步。右边三座楼都拆到第 {before} 步，哪一幅再拆一步就成了它？",
    "On the left, step {t} of a demolition. On the right, three towers at step {before}: which became it one step later?",
  ],
  analogy_ask_jump: [
    "左边拆到了第 {t} 步。街上十六座楼，它是哪一座拆出来的？",
    "On the left, step {t} of a demolition. Which of the sixteen towers in the street was it?",
  ],
  analogy_ask_pasts: [
    "左边拆到了第 {t} 步。右边一幅是它真正的上一步，另两幅也都能变成它。哪一幅是真的？",
    "On the left, step {t}. It really came from one of these, and could just as well have come from the other two. Which?",
  ],
  analogy_hand: ["候选的画面", "Pictures to choose from"],
  analogy_card: ["第 {number} 幅", "Picture {number}"],
  analogy_was_it: ["就是它。", "This was it."],
  analogy_needs: ["可能性 {chance}；要撒的噪声均方 {size}", "chance {chance}; its noise has mean square {size}"],
  analogy_chance: ["{chance}", "{chance}"],
  analogy_hit: ["猜中了。", "Right."],
  analogy_miss: ["没猜中，是第 {number} 幅。", "No, it was picture {number}."],
  analogy_why_step: [
    "只有一幅要撒的噪声像骰子掷的：均方约为 1。最好的玩家也会错，但不到 10 的 {nines} 次方分之一。",
    "Only one of them needs noise that dice could have thrown, of mean square about 1. The best player can err too: less than once in 10 to the power of {nines} rounds.",
  ],
  analogy_why_jump: [
    "每座下面是它的可能性，精确值；最好的玩家挑最大的那个（粗体）。",
    "Below each tower stands its chance, exactly. The best player takes the largest (bold).",
  ],
  analogy_why_pasts: [
    "三份噪声都像骰子掷的，各自添上，得到的都恰好是左边这幅。谁也分不出。",
    "All three noises look thrown by honest dice, and each leads to the very picture on the left. Nobody can tell.",
  ],
  analogy_score: [
    "这一关 {rounds} 局，你中 {mine} 局，最好的玩家中 {best} 局。t = {t} 时，它一直玩下去的命中率是 {rate}，瞎猜是 {blind}。",
    "Your score: {mine} of {rounds}. The best player’s: {best} of {rounds}. At t = {t} it is right {rate} of the time in the long run, blind guessing {blind}.",
  ],
  analogy_rates: [
    "命中率随 t 的曲线；t = {t} 时最好的玩家是 {rate}",
    "Hit rate by t; the best player’s at t = {t} is {rate}",
  ],
  analogy_rates_axes: [
    "最好的玩家猜中几成（粗线是这一关，虚线是瞎猜）；红点是你的每一局，实心中了，空心没中",
    "How often the best player is right (bold: this level; dashed: blind guessing). Red: your rounds, a full dot for a hit",
  ],
  analogy_next: ["再来一局", "Next round"],
};
