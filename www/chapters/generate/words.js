// @ts-check
// Chapter 5's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  generate_failed: [
    "这一章的楼由引擎来画，可引擎没能启动：有楼的图是空的，其余照常。{message}",
    "The engine draws this chapter's towers and could not start: figures of towers stay empty, the others work. {message}",
  ],

  generate_five: ["图一：一地砖，五种盖法", "Figure 1: five ways up from one heap"],
  generate_steps: ["走几步", "Steps"],
  generate_greedy: ["贪心", "Greedy"],
  generate_beta: ["σ = β", "σ = β"],
  generate_beta_tilde: ["σ = β̃", "σ = β̃"],
  generate_ddim: ["DDIM", "DDIM"],
  generate_dpm: ["DPM-Solver++", "DPM-Solver++"],
  generate_five_told: [
    "散开 {spread}，覆盖 {covered}%；正态数据 0.3 → {normal}",
    "spread {spread}, covers {covered}%; normal data 0.3 → {normal}",
  ],
  generate_five_label: [
    "{sampler}，t = {t}：砖散开 {spread}，盖住真数据的 {covered}%",
    "{sampler} at t = {t}: bricks spread {spread}, cover {covered}% of the true ones",
  ],
  generate_five_truth: [
    "t = {t}。淡红的是真数据拆到这一刻的样子，散开 {spread}。散开：离中心的均方根距离（每个方向）。覆盖：真砖里，有几成在自己第五近的邻居之内找得到盖出来的砖。末一个数：一维正态数据，标准差 0.3，同样步数盖完以后的标准差，由公式算得。",
    "t = {t}. Pale red: the true data, demolished to this moment; spread {spread}. Spread: root mean square distance from the centre, per direction. Covers: the share of true bricks with a built one nearer than their own fifth neighbour. Last number: normal data in one dimension, standard deviation 0.3, and what it is after as many steps, by formula.",
  ],

  generate_towers: ["图二：网络盖的楼，五种盖法", "Figure 2: five ways up for the network"],
  generate_row_label: [
    "{sampler}，t = {t}：四座楼，彼此相差 {differ}",
    "{sampler} at t = {t}: four towers that differ by {differ}",
  ],
  generate_row_told: ["t = {t}，四座相差 {differ}", "t = {t}, the four differ by {differ}"],
  generate_rows_cost: [
    "按“建”，网络就动手：五种盖法共 {all} 步，每步 {many} 座，这台设备约需 {seconds} 秒。",
    "Press Rebuild and the network sets to work: {all} steps in all, {many} towers each, about {seconds} s on this device.",
  ],
  generate_rows_going: [
    "盖了 {done} 步，共 {all} 步，还要约 {seconds} 秒。",
    "{done} of {all} steps; about {seconds} s to go.",
  ],
  generate_rows_real: [
    "同一类的真楼彼此相差 {differ}（引擎画的六百座里这一类的全部）。相差：同一个位置的数从一座楼到另一座的标准差，对所有位置取均方根。",
    "Real towers of this class differ by {differ} (all there are among six hundred of the engine’s). Differ: the standard deviation of a number from tower to tower, root mean square over all numbers.",
  ],
  generate_network_waiting: ["等着引擎……", "Waiting for the engine …"],
  generate_network_loading: ["正在取网络……", "Fetching the network …"],
  generate_network_none: [
    "这里没有能运行网络的设备，这幅图空着。",
    "Nothing here can run the network, so this figure stays empty.",
  ],
  generate_network_failed: [
    "网络没能取来，这幅图空着。",
    "The network could not be fetched, so this figure stays empty.",
  ],

  generate_slow: ["图三：两套算法，放慢了看", "Figure 3: both algorithms in slow motion"],
  generate_algorithm: ["哪套算法", "Which algorithm"],
  generate_algorithm_1: ["算法 1：训练", "Algorithm 1: training"],
  generate_algorithm_2: ["算法 2：采样", "Algorithm 2: sampling"],
  generate_next: ["下一行", "Next line"],
  generate_play: ["连着放", "Play"],
  generate_stop: ["停", "Stop"],
  generate_wait: ["问着网络……", "Asking the network …"],
  generate_slow_trained: [
    "第 {round} 轮，t = {t}：误差的均方是 {loss}。网络还没来，由一百座楼的精确答案顶着；楼这么少，它多半一眼认出是哪一座。",
    "Round {round}, t = {t}: the mean square error is {loss}. Until the network is there, the exact answer over a hundred towers stands in; with so few it mostly knows at a glance which one it was.",
  ],
  generate_slow_asked: [
    "第 {round} 轮，t = {t}：网络猜错的均方是 {loss}。真训练时，θ 要顺着它的梯度改一点；这里只问，不改。",
    "Round {round}, t = {t}: the network’s mean square error is {loss}. In training, θ would now move a little down its gradient; here it is only asked, not changed.",
  ],
  generate_slow_built: [
    "从 t = {t} 退到 {before}。x̂₀ 那幅是精确答案眼下的猜测：所有还说得通的楼，按可能性叠在一起。",
    "From t = {t} to {before}. The picture x̂₀ is the exact answer’s present guess: every tower that could still be, each as strong as it is likely.",
  ],
  generate_is_x0: ["x_0 的画面，t = {t}", "x_0, or the guess of it, at t = {t}"],
  generate_is_noise: ["撒上去的噪声", "The noise thrown"],
  generate_is_x: ["t = {t} 时的画面 x_t", "The picture x_t at t = {t}"],
  generate_is_eps: ["精确答案猜的噪声，t = {t}", "The noise by the exact answer, at t = {t}"],
  generate_is_error: ["噪声与猜测之差", "The noise minus the guess"],
  generate_is_z: ["这一步新撒的噪声 z", "The fresh noise z of this step"],
  generate_is_next: ["盖完这一步的画面 x_{before}", "The picture x_{before} after this step"],

  generate_cost: ["图四：多走几步，换来什么", "Figure 4: what steps buy"],
  generate_cost_steps: ["看哪一栏", "Look at"],
  generate_measure: ["在这台设备上量", "Measure on this device"],
  generate_and: ["；", "; "],
  generate_exact: [
    "正态数据，标准差 0.3，由公式算得。横：步数。竖：盖完的标准差错几成",
    "Normal data, standard deviation 0.3, by formula. Across: steps. Up: how wrong the standard deviation ends",
  ],
  generate_exact_label: [
    "{n} 步盖完，标准差错了：{told}",
    "With {n} steps the standard deviation ends wrong by: {told}",
  ],
  generate_exact_told: ["{n} 步，标准差错了：{told}", "{n} steps, standard deviation wrong by: {told}"],
  generate_learned: [
    "楼的网络，实测。横：步数。竖：离长链的终点多远（均方根）",
    "The towers’ network, measured. Across: steps. Up: how far from the end of the long chain (root mean square)",
  ],
  generate_learned_one: ["{sampler} 差 {far}，一座楼 {ms} 毫秒", "{sampler} is {far} off, {ms} ms a tower"],
  generate_learned_none: ["还没有量", "Not measured yet"],
  generate_cost_cost: [
    "要走 {all} 步，其中 {long} 步是作准的长链，约需 {seconds} 秒。",
    "It takes {all} steps, {long} of them for the long chain: about {seconds} s.",
  ],
  generate_cost_going: [
    "走了 {done} 步，共 {all} 步，还要约 {seconds} 秒。",
    "{done} of {all} steps; about {seconds} s to go.",
  ],

  generate_thousand: ["图五：T 从 1 到 1000", "Figure 5: T from 1 to 1000"],
  generate_many: ["共走 T 步", "Steps T"],
  generate_at: ["退一步，从", "Back from"],
  generate_law_label: [
    "t = {t} 时砖的分布，{middle}% 落在 −½ 与 ½ 之间",
    "Where the bricks are at t = {t}: {middle}% of them between −½ and ½",
  ],
  generate_step_label: [
    "从 x_{t} = {at} 退到 x_{s}：真分布与采样器的正态有 {shared}% 重合",
    "From x_{t} = {at} back to x_{s}: the truth and the sampler’s Gaussian share {shared}%",
  ],
  generate_cost_axes: [
    "横：T。竖：盖完还差多远，以数据的标准差计。红：两点；黑：正态 0.3；虚：正态 0.03",
    "Across: T. Up: how wrong the end is, in standard deviations of the data. Red: two points; solid: normal, 0.3; dashed: normal, 0.03",
  ],
  generate_cost_label: [
    "T = {many} 时还差：两点 {points}，正态 0.3 {coarse}，正态 0.03 {fine}",
    "Wrong at T = {many}: two points {points}, normal 0.3 {coarse}, normal 0.03 {fine}",
  ],
  generate_law_told: [
    "T = {many}，从 t = {t} 退到 {s}：真分布与掷出的正态重合 {shared}%。盖完以后，每块砖平均还得搬 {carried} 才到 ±1。",
    "T = {many}, from t = {t} back to {s}: the truth and the Gaussian drawn share {shared}%. At the end the average brick is {carried} away from ±1.",
  ],

  generate_sigma: ["图六：σ 该多大", "Figure 6: how large σ should be"],
  generate_strides: ["走几步", "Steps"],
  generate_spread: ["数据的标准差", "Spread of the data"],
  generate_ratio_label: [
    "t = {t}：β̃ 是 β 的 {tilde}，σ* 是 β 的 {star}",
    "At t = {t}, β̃ is {tilde} of β and σ* is {star} of it",
  ],
  generate_ends: ["盖完以后的标准差；虚线是数据的", "Standard deviation at the end; dashed, that of the data"],
  generate_ends_label: [
    "数据的标准差是 {std}。盖完以后：σ = 0 得 {zero}，β̃ 得 {tilde}，σ* 得 {star}，β 得 {beta}",
    "The data have {std}. At the end: {zero} with σ = 0, {tilde} with β̃, {star} with σ*, {beta} with β",
  ],
  generate_sigma_told: [
    "从 t = {t} 退到 {s}：β̃ = {tilde}，σ* = {star}，β = {beta}。",
    "From t = {t} back to {s}: β̃ = {tilde}, σ* = {star}, β = {beta}.",
  ],
};
