// @ts-check
// Chapter 3's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  up_failed: ["这一章有东西没能来：{message}", "Something this chapter needs has not come: {message}"],

  up_network: ["网络", "the network"],
  up_exact: ["精确答案", "the exact answer"],
  up_network_waiting: ["网络要等设备就绪。", "The network is waiting for the device."],
  up_network_loading: ["网络正在下载。", "The network is being fetched."],
  up_network_none: [
    "网络在这里没有设备可用；精确的一半不用设备，照样能看。",
    "There is no device here for the network. The exact half needs none, and is all there.",
  ],
  up_network_failed: [
    "网络没能来；精确的一半不用它，照样能看。",
    "The network could not be had. The exact half does without, and is all there.",
  ],

  up_step: ["图一：倒退一步", "Figure 1: one step back"],
  up_before: ["盖好这一步", "one step up"],
  up_after: ["眼前的", "what is seen"],
  up_guess: ["猜出的噪声", "the noise, guessed"],
  up_fresh: ["新掷的噪声", "fresh noise"],
  up_is_before: ["x_{before}：{who}倒退了一步", "x_{before}: one step back, by {who}"],
  up_is_after: ["t = {t} 时的画面 x_t", "The picture x_t at t = {t}"],
  up_is_guess: ["t = {t} 时，{who}猜出的噪声 ε̂", "The noise in it at t = {t}, as guessed by {who}"],
  up_is_fresh: ["新掷的噪声 z", "Fresh noise z"],
  up_strengthened: ["画浓了 {times} 倍", "drawn {times} times as strong"],
  up_who: ["谁来猜", "Who guesses"],
  up_who_network: ["网络（学来的）", "Network (learned)"],
  up_who_exact: ["一千座楼的平均（精确）", "Mean of a thousand (exact)"],
  up_sigma: ["新撒多少", "Fresh noise"],
  up_sigma_beta_tilde: ["新撒 β̃ 那么多", "As much as β̃"],
  up_sigma_beta: ["新撒 β 那么多", "As much as β"],
  up_sigma_zero: ["不撒", "None"],
  up_told: [
    "t = {t}，画里一个数平均改动多少：按猜的扣掉 {guess}，又新撒上 {fresh}。",
    "At t = {t} a number of the picture is moved by {guess} on the strength of the guess, and by {fresh} of fresh noise.",
  ],
  up_told_zero: [
    "t = {t}，画里一个数平均改动多少：按猜的扣掉 {guess}，没有新撒。",
    "At t = {t} a number of the picture is moved by {guess} on the strength of the guess; no fresh noise is added.",
  ],

  up_best: ["图二：最好的答案", "Figure 2: the best answer"],
  up_is_mean: ["t = {t} 时精确的平均 E[x_0 | x_t]", "The exact mean E[x_0 | x_t] at t = {t}"],
  up_is_learned: ["t = {t} 时网络猜的 x̂_0", "The network’s x̂_0 at t = {t}"],
  up_is_likely: ["一千座里第 {rank} 可能的楼，{percent}", "Likeliest tower number {rank} of the thousand, {percent}"],
  up_truth: ["谜底", "the truth"],
  up_is_truth: ["真楼 x_0，两位都没看见", "The true tower x_0, which neither of the two has seen"],
  up_exact_mean: ["精确：一千座的平均", "exact: mean of the thousand"],
  up_learned: ["学来的：网络", "learned: the network"],
  up_tower_is: ["这座楼", "The tower is"],
  up_known: ["一千座之一", "one of the thousand"],
  up_stranger: ["谁也没见过", "a stranger to both"],
  up_as_good_as: [
    "t = {t}：拿不准的程度，等于在 {count} 座楼里瞎猜",
    "t = {t}: as much in doubt as among {count} equal towers",
  ],
  up_certain: ["t = {t}：认准了，就是其中这一座", "t = {t}: not in doubt at all; it is sure of one"],
  up_bars: [
    "一千座楼各自的可能性，从高到低的前 {bars} 座，最高 {first}，其余合计 {rest}；等于在 {count} 座里瞎猜",
    "How likely each of the thousand towers is: the first {bars} by rank, the likeliest {first}, all others together {rest}; as good as {count} towers",
  ],
  up_rank: ["最可能的四十座", "the forty likeliest"],
  up_rest: ["其余 {count} 座合计", "other {count} together"],
  up_compared: [
    "t = {t}：两个答案的相关系数 {r}。离真楼：精确 {exact}，网络 {learned}；网络离一千座里最近的一座 {own}。",
    "t = {t}: the two answers correlate at {r}. Off the true tower: exact {exact}, network {learned}. The network is {own} off the nearest of the thousand.",
  ],

  up_memory: ["图三：背与学", "Figure 3: by heart, or learned"],
  up_by_heart: ["精确：背下了一千座", "Exact: a thousand by heart"],
  up_by_network: ["学来的：网络", "Learned: the network"],
  up_is_nearest: ["一千座里最像的，第 {number} 座", "The nearest of the thousand, number {number}"],
  up_nearest: ["眼下最像第 {number} 座", "nearest so far: number {number}"],
  up_nearest_end: ["最像第 {number} 座，相差 {distance}", "nearest: number {number}, {distance} off"],
  up_rubble: ["换一堆废墟", "Other rubble"],
  up_run: ["让网络盖完（约 {seconds} 秒）", "Let the network build (about {seconds} s)"],
  up_stop: ["停（第 {calls} 次，共 {all} 次）", "Stop (call {calls} of {all})"],
  up_usual: [
    "尺子：新画一座没人见过的楼，离一千座里最近的一座，一般也有 {distance}（画里每个数的均方根差）。",
    "A yardstick: a newly drawn tower is typically {distance} off its nearest of the thousand (root mean square, per number).",
  ],
};
