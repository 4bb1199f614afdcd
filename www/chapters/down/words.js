// @ts-check
// Chapter 2's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  down_failed: [
    "这一章的楼由引擎来画，可引擎没能启动，图是空的，文字照读。{message}",
    "The engine draws this chapter's towers and could not start, so the figures stay empty; the text is all there. {message}",
  ],

  down_is_x: ["t = {t} 时的画面 x_t", "The picture x_t at t = {t}"],
  down_is_after: ["拆完第 {t} 步的画面 x_{t}", "x_{t}, after step {t}"],
  down_is_before: ["拆第 {t} 步之前的画面 x_{before}", "x_{before}, before step {t}"],
  down_is_thrown: ["第 {t} 步撒的噪声", "The noise thrown in step {t}"],

  down_step: ["图一：拆一步", "Figure 1: one step"],
  down_after: ["拆完之后", "after"],
  down_before: ["拆之前", "before"],
  down_thrown: ["新撒的噪声", "fresh noise"],
  down_pick: [
    "点画面选一块砖；下面是它的绿色分量这一步的账，红的是原来的，灰的是撒上的",
    "Pick a brick in a picture; this is the account of its green part: red what it was, grey what was thrown",
  ],
  down_r: ["相关系数 r = {r}；光凭运气也有 ±{strays}", "r = {r}; chance alone makes it ±{strays}"],
  down_scatter: [
    "散点图：横轴是砖原来的值，竖轴是撒给它的噪声，相关系数 {r}，云团没有方向",
    "Scatter plot: what a brick was along the horizontal axis, the noise thrown on it along the vertical one; correlation {r}, a cloud without direction",
  ],
  down_scatter_axes: ["横：砖原来的值，竖：撒给它的噪声", "Across: what the brick was. Up: the noise thrown on it."],

  down_ledger: ["图二：账本", "Figure 2: the ledger"],
  down_ledger_tie: ["α 与 β", "α and β"],
  down_tied: ["拴在一起", "Tied"],
  down_untied: ["解开", "Untied"],
  down_fade: ["每步淡去", "Fade per step"],
  down_toss: ["每步撒上", "Noise per step"],
  down_squares: [
    "系数的平方：楼 {wall} ＋ 噪声 {ground} ＝ {sum}。画面的均方：照账应是 {expected}，实测 {measured}。",
    "Squared coefficients: tower {wall} + noise {ground} = {sum}. Mean square of the picture: {expected} by the ledger, {measured} as measured.",
  ],
  down_values: ["画面里的数；虚线是标准正态", "The picture’s numbers; dashed, the standard normal"],

  down_jump: ["图三：走与跳", "Figure 3: walk and jump"],
  down_walked: ["走", "Walk"],
  down_jumped: ["跳", "Jump"],
  down_steps: ["步", "steps"],
  down_one_step: ["步", "step"],
  down_noise: ["跳的时候用", "The jump throws"],
  down_fresh: ["另掷的噪声", "noise of its own"],
  down_merged: ["走时的噪声，并成一份", "the walk’s noise, merged"],
  down_is_walked: ["一步一步走到 t = {t} 的画面", "The picture after walking to t = {t} step by step"],
  down_is_jumped: ["一步跳到 t = {t} 的画面", "The picture after one jump to t = {t}"],
  down_both: ["灰的是走，线是跳", "Grey: the walk. Line: the jump."],
  down_path: [
    "图中标出的那块砖，绿色分量。细线：走的路；圆圈：跳的落点；红线：只淡不撒；灰带：跳二十回落十九回的地方",
    "The marked brick, its green part. Thin line: its walk. Ring: where the jump lands. Red: fading alone. Grey: where nineteen jumps of twenty land.",
  ],
  down_path_at: [
    "t = {t} 时，走到 {walked}，跳到 {jumped}；跳多半落在 {low} 与 {high} 之间",
    "At t = {t} the walk is at {walked}, the jump at {jumped}; jumps mostly land between {low} and {high}",
  ],
  down_alike: [
    "两样本检验：D = {d}，超过 {bound} 才算分得出。分不出。",
    "Two-sample test: D = {d}. It would take more than {bound} to tell them apart.",
  ],
  down_apart: [
    "两样本检验：D = {d}，超过了 {bound}。二十回里最多有一回会这样，纯属巧合；换一把骰子再看。",
    "Two-sample test: D = {d}, above {bound}. Luck does that at most once in twenty times; throw the dice again and look.",
  ],
  down_same: [
    "两幅画里相差最大的一个数也只差 {most}，是计算机舍入的零头：同一幅画。",
    "The two pictures differ by {most} at most, which is the computer’s rounding: they are one picture.",
  ],

  down_drown: ["图四：先淹没的是什么", "Figure 4: what drowns first"],
  down_rescued_at: [
    "还捞得回来的；倒着盖，DDPM 到第 {call} 次，共 {calls} 次",
    "what can be saved; going back up, DDPM is at call {call} of {calls}",
  ],
  down_written_at: [
    "同样进度，照 PixelRNN 的次序：第 {call} 次，共 {calls} 次",
    "as far along in PixelRNN’s order: call {call} of {calls}",
  ],
  down_is_written: ["照行填写、写到这里的楼", "The tower filled in row by row, as far as it goes"],
  down_is_rescued: ["t = {t} 时滤波还捞得回来的楼", "What a filter can save of the tower at t = {t}"],
  down_spectrum: [
    "频谱：横轴由粗到细，每幅 1 到 16 个起伏；竖轴是强弱。{text}",
    "Spectrum: from coarse to fine, 1 to 16 waves across the picture; upwards, their power. {text}",
  ],
  down_spectrum_axes: [
    "横：一幅画里起伏几回，左粗右细；竖：强弱。红线是楼，灰的是噪声，圆点是从左边那幅量出来的",
    "Across: waves per picture, coarse to fine. Up: their power. Red is the tower, grey the noise; the dots are measured on the picture.",
  ],
  down_none_drowned: [
    "t = {t}：最细的起伏也还露在水面上。",
    "t = {t}: even the finest waves are still above the water.",
  ],
  down_drowned: [
    "t = {t}：露在水面上的，细不过每幅 {ring} 个起伏。",
    "t = {t}: nothing finer than {ring} waves per picture is above the water.",
  ],
  down_one_left: [
    "t = {t}：露在水面上的，只剩整幅一个起伏的那一档。",
    "t = {t}: only the broadest wave, one across the picture, is above the water.",
  ],
  down_all_drowned: ["t = {t}：全淹没了。", "t = {t}: all of it is under water."],
};
