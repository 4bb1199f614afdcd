// @ts-check
// Chapter 4's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  variance_failed: ["这一章没能算完：{message}", "This chapter could not go on: {message}"],

  variance_is_x: ["t = {t} 时的画面 x_t", "The picture x_t at t = {t}"],
  variance_is_whole: ["x_{t} 里的全部噪声", "All the noise of x_{t}"],
  variance_is_own: ["第 {t} 步撒的噪声", "The noise thrown in step {t}"],

  variance_step: ["图一：两份噪声", "Figure 1: two noises"],
  variance_whole: ["画里全部的噪声", "all the noise in it"],
  variance_own: ["这一步撒的", "this step’s own"],
  variance_scatter: [
    "散点图：横轴是 x_t 里的全部噪声，竖轴是这一步撒的；斜率 {slope}，应为 {exact}",
    "Scatter plot: all the noise of x_t along the horizontal axis, this step’s own along the vertical one; slope {slope}, exactly {exact}",
  ],
  variance_scatter_axes: [
    "横：全部的噪声，竖：这一步撒的；直线照精确的斜率画",
    "Across: all the noise. Up: this step’s own. The line has the exact slope.",
  ],
  variance_floor_axes: [
    "横：t，对数坐标；竖：猜不着的份额。对所有 t 平均：",
    "Across: t, logarithmic. Up: the share that cannot be guessed. Mean over all t:",
  ],
  variance_floor_at: ["t = {t} 时猜不着的占 {floor}", "At t = {t}, {floor} cannot be guessed"],
  variance_floor_apart: ["各掷各的：每个 t 都猜不着", "Thrown independently, nothing can be guessed at any t"],
  variance_throw: ["两份噪声", "The two noises"],
  variance_joint: ["本来的一对", "as they come"],
  variance_apart: ["各掷各的", "independent"],
  variance_told: [
    "斜率：精确 {exact}，实测 {slope}（光凭运气也会差 {strays}）。照线去猜，剩下的均方：精确 {floor}，实测 {left}。",
    "Slope: {exact} exactly, {slope} measured (chance alone is worth {strays}). A guess along the line leaves a mean square of {floor} exactly, {left} measured.",
  ],
  variance_told_apart: [
    "斜率：精确 {exact}，实测 {slope}（光凭运气也会差 {strays}）。最好的回答是 0，损失：精确 {floor}，实测 {left}。什么也学不到。",
    "Slope: {exact} exactly, {slope} measured (chance alone is worth {strays}). The best reply is 0, and the loss {floor} exactly, {left} measured. There is nothing to learn.",
  ],

  variance_dial: ["图二：转轴", "Figure 2: turning the axes"],
  variance_cloud: [
    "一团圆云和两根可转的轴，虚线在 {mark}°；用滑块也能转",
    "A round cloud with two axes that turn; the dashed line is at {mark}°. The slider turns them too.",
  ],
  variance_cloud_axes: [
    "横：这一步撒的，竖：以前各步并成的。按住拖动，轴就转",
    "Across: this step’s own noise. Up: that of the steps before. Drag to turn the axes.",
  ],
  variance_turned_cloud: ["同一团云，照转了 {dial}° 的轴摆正", "The same cloud on axes turned by {dial}°"],
  variance_turned_axes: ["照新轴摆正的同一团云", "The same cloud, with the new axes set straight"],
  variance_first: ["第一个坐标 u", "First coordinate, u"],
  variance_second: ["第二个坐标 v", "Second coordinate, v"],
  variance_angle: ["转角", "Angle"],
  variance_to_mark: ["转到虚线", "To the dashed line"],
  variance_there: [
    "到了：第一个坐标就是 ε，画里没有第二个。两个坐标的相关系数 {r}，光凭运气也有 ±{strays}。",
    "There: the first coordinate is ε, and the picture has nothing of the second. Their correlation is {r}; chance alone makes it ±{strays}.",
  ],
  variance_not_there: [
    "两个坐标，画里都有份。它们的相关系数 {r}，光凭运气也有 ±{strays}。",
    "The picture takes something of both. Their correlation is {r}; chance alone makes it ±{strays}.",
  ],

  variance_race: ["图三：赛一场", "Figure 3: the race"],
  variance_naive: ["式 (11)", "Equation (11)"],
  variance_integrated: ["式 (15)", "Equation (15)"],
  variance_floor: ["下限", "Floors"],
  variance_losses_axes: ["损失。横：走了几步", "Loss. Across: steps"],
  variance_above_axes: [
    "离精确答案多远（按式 (15) 加权的均方），对数坐标",
    "How far from the exact answer (mean square, weighted as in equation 15), logarithmic",
  ],
  variance_losses_none: ["还没开跑", "The race has not begun"],
  variance_losses_at: [
    "走了 {steps} 步：式 (11) 的损失 {naive}，式 (15) 的损失 {integrated}",
    "After {steps} steps, the loss is {naive} by equation (11) and {integrated} by equation (15)",
  ],
  variance_above_at: [
    "离精确答案：式 (11) 还差 {naive}，式 (15) 还差 {integrated}",
    "From the exact answer, equation (11) is {naive} away and equation (15) {integrated}",
  ],
  variance_gradients: [
    "同一组权重上，两个损失的梯度（± 是标准误差）",
    "Gradients of both losses at one set of weights (± is the standard error)",
  ],
  variance_verdict: ["比一比", "Compared"],
  variance_mean_start: ["起点：平均梯度的平方", "At the start: mean gradient, squared"],
  variance_spread_start: ["起点：单个样本的分散", "At the start: spread of one sample"],
  variance_spread_end: ["终点：单个样本的分散", "At the end: spread of one sample"],
  variance_same: ["相等，误差之内", "equal, within error"],
  variance_other: ["差得比误差多", "apart by more than error"],
  variance_times: ["{times} 倍", "{times} times"],
  variance_run: ["开跑", "Start the race"],
  variance_stop: ["停", "Stop"],
  variance_batch: ["每批样本", "Samples per batch"],
  variance_race_none: [
    "赛跑要现场训练两个网络，这个浏览器里引擎没有可用的设备，跑不了。前两幅图不受影响。",
    "The race trains two networks here and now, and the engine has no device in this browser to do it on. The figures above do not need one.",
  ],
  variance_race_ready: [
    "两个网络各走 {steps} 步，每步 {batch} 个样本，外加量四回梯度；随时可停。",
    "Two networks, {steps} steps each of {batch} samples, and four measurements of gradients. You can stop at any time.",
  ],
  variance_race_making: ["在搭两个网络……", "Making two networks…"],
  variance_race_before: ["起跑线上：在量梯度，{done}%", "On the starting line: measuring gradients, {done}%"],
  variance_race_begun: ["开跑。", "Off they go."],
  variance_race_at: ["第 {step} 步，共 {steps} 步，约还要 {left} 秒", "Step {step} of {steps}, about {left} s to go"],
  variance_race_after: ["跑完了：在终点再量一遍梯度，{done}%", "At the finish: measuring gradients again, {done}%"],
  variance_race_stopped: ["停了。", "Stopped."],
  variance_race_done: [
    "{steps} 步以后，照式 (11) 学的那个，离精确答案是另一个的 {times} 倍远。",
    "After {steps} steps, the network that learnt by equation (11) is {times} times as far from the exact answer as the other.",
  ],
};
