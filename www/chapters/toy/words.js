// @ts-check
// Chapter 8's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  toy: ["自己动手，训练一个", "Train one yourself"],
  toy_words_hide: ["只留图", "Figures only"],
  toy_words_show: ["显示文字", "Show the words"],
  toy_sets: ["要学的点", "Points to learn from"],
  toy_set_moons: ["双月", "Two moons"],
  toy_set_swiss_roll: ["瑞士卷", "Swiss roll"],
  toy_set_eight_gaussians: ["八团", "Eight clouds"],
  toy_set_checkerboard: ["棋盘", "Checkers"],
  toy_set_spiral: ["螺线", "Spiral"],
  toy_set_rings: ["圆环", "Rings"],
  toy_set_skyline: ["高楼", "Skyline"],
  toy_set_chai: ["拆", "拆"],
  toy_set_jian: ["建", "建"],
  toy_set_own: ["自己画", "Draw"],

  toy_tools: ["画笔", "Brush"],
  toy_tool_spray: ["撒砖", "Spray"],
  toy_tool_erase: ["擦掉", "Erase"],
  toy_undo: ["撤销", "Undo"],
  toy_clear: ["清空", "Clear"],
  toy_pad_caption: [
    "你的楼：{name}，{count} 块砖。可以直接往上画。",
    "Your building: {name}, {count} bricks. Draw on it if you like.",
  ],
  toy_pad_own: [
    "你的楼：你自己的 {count} 块砖。想添就接着画。",
    "Your building: {count} bricks of your own. Keep drawing whenever you like.",
  ],
  toy_cloud_caption: ["网络建的楼，学了 {step} 步", "Rebuilt by the network after {step} steps"],
  toy_cloud_untrained: ["网络建的楼，还一步没学", "Rebuilt by the network before its first lesson"],
  toy_cloud_outside: ["；有 {share}% 的砖飞出了画面", "; {share} % of the bricks flew out of the picture"],
  toy_cloud_exact: ["用精确的 E[ε | xₜ] 建的楼，没有网络", "Rebuilt with the exact E[ε | xₜ], no network"],
  toy_by: ["谁来建", "Who rebuilds"],
  toy_by_network: ["网络", "Network"],
  toy_by_exact: ["精确解", "Exact"],
  toy_field: ["显示哪个场", "Which field"],
  toy_field_network: ["网络", "Network"],
  toy_field_exact: ["精确", "Exact"],
  toy_field_both: ["叠放", "Both"],
  toy_field_difference: ["差", "Difference"],
  toy_field_caption: [
    "t = {t} 时，各处的砖该往哪儿回。浅色处砖很少到。",
    "Which way back for a brick lying there, at t = {t}. Pale where hardly any brick comes.",
  ],
  toy_field_caption_difference: [
    "t = {t} 时，网络指的路还差多少。浅色处砖很少到。",
    "What the network’s advice still lacks, at t = {t}. Pale where hardly any brick comes.",
  ],

  toy_time: ["t：左端是楼，右端是砖", "t, from the building at the left end to rubble at the right"],
  toy_train: ["训练", "Train"],
  toy_train_on: ["接着训练", "Train on"],
  toy_train_anew: ["重新训练", "Train anew"],
  toy_pause: ["暂停", "Pause"],
  toy_step: ["只走一步", "One step"],
  toy_over: ["从头来过", "Start over"],
  toy_outdated: ["设置改过了，重新训练才会用上。", "Settings have changed; they apply when training starts anew."],
  toy_number_step: ["步数", "Step"],
  toy_number_rate: ["快慢", "Pace"],
  toy_number_loss: ["损失", "Loss"],
  toy_number_error: ["与精确场的均方差", "Mean square off the exact field"],
  toy_step_of: ["{step} / {steps}", "{step} of {steps}"],
  toy_rate: ["每秒 {rate} 步", "{rate} steps a second"],
  toy_times: ["{ratio} 倍", "{ratio}×"],
  toy_distance: [
    "建出的点离新数据有多远，以两份新数据之间的距离为一倍",
    "Rebuilt points to fresh data, as a multiple of the distance between two fresh draws",
  ],
  toy_distance_own: [
    "建出的点离你的点有多远，以两次有放回抽样之间的距离为一倍",
    "Rebuilt points to yours, as a multiple of the distance between two draws from them (with replacement)",
  ],
  toy_floor: ["下限", "floor"],
  toy_say_training: ["开始训练", "Training"],
  toy_say_paused: ["停在第 {step} 步", "Paused at step {step}"],
  toy_say_finished: ["学完了，共 {step} 步", "Training has ended after {step} steps"],

  toy_try_few: ["拿十块砖试", "Try it with ten"],
  toy_try_naive: ["拿式 (11) 试", "Try equation (11)"],

  toy_csv: ["用你自己的表格", "Points from a table of your own"],
  toy_csv_text: [
    "每行一个点，两个数，用逗号、分号、制表符或空格隔开；也可以把文件拖到这一章的任何地方。内容只在本机读取。",
    "One point a line: two numbers, separated by a comma, semicolon, tab or space. Or drop a file anywhere on this chapter. It is read on this device only.",
  ],
  toy_csv_use: ["用这些点", "Use these points"],
  toy_csv_file: ["选择文件…", "Choose a file…"],
  toy_csv_large: ["文件有 {size}，最多读 {most}。", "The file has {size}; at most {most} are read."],
  toy_csv_taken: [
    "读到 {count} 个点，已平移、缩放到画面里。",
    "{count} points read, moved and scaled to fit the picture.",
  ],
  toy_csv_thinned: [
    "读到 {count} 个点，均匀取出其中 {taken} 个，已平移、缩放到画面里。",
    "{count} points read; {taken} of them kept, evenly picked; moved and scaled to fit the picture.",
  ],

  toy_advanced: ["训练的讲究", "Training settings"],
  toy_n: ["预设的点数", "Points of a preset"],
  toy_width: ["网络宽度", "Width of the network"],
  toy_depth: ["网络层数", "Layers"],
  toy_lr: ["学习率", "Learning rate"],
  toy_batch: ["每批多少块砖", "Bricks in a batch"],
  toy_steps: ["步数（0 为不停）", "Steps (0: no end)"],
  toy_objective: ["损失", "Loss"],
  toy_objective_merged: ["合并后的（L_simple）", "merged (L_simple)"],
  toy_objective_naive: ["式 (11)，四重随机", "eq. (11), four random draws"],
  toy_objective_vlb: ["变分下界 L_vlb", "variational bound L_vlb"],
  toy_prediction: ["网络猜什么", "The network guesses"],
  toy_prediction_epsilon: ["噪声 ε", "the noise ε"],
  toy_prediction_sample: ["楼 x₀", "the building x₀"],
  toy_prediction_v_prediction: ["速度 v", "the velocity v"],
  toy_sample: ["用哪份权重建楼", "Rebuild with"],
  toy_sample_ema: ["滑动平均（EMA）", "averaged weights (EMA)"],
  toy_sample_raw: ["当前的", "the weights of the moment"],
  toy_importance: ["按损失大小挑 t（重要性采样）", "Visit t by its loss (importance sampling)"],
  toy_seed: ["种子", "Seed"],

  toy_warn_lr_high: [
    "学习率 {lr} 太大：Adam 每一步就让每个权重挪动这么多，而权重本身起初不过 ±{weight}，多半会越学越乱。",
    "A learning rate of {lr} is large: Adam moves every weight by about that much at each step, and the weights begin within ±{weight}. Expect chaos.",
  ],
  toy_warn_lr_low: [
    "学习率乘步数太小：走完全程，一个权重最多只能挪动 {way}，多半学不成。",
    "Learning rate times steps is small: in the whole run no weight can move by more than about {way}. Expect little.",
  ],
  toy_warn_steps: [
    "{steps} 步太少，多半还没成形就停了。",
    "{steps} steps are few; the run will probably end before a shape appears.",
  ],
  toy_warn_batch: [
    "一批只有 {batch} 块砖，每步的梯度大半是噪声，曲线会抖，学得也慢。",
    "With {batch} bricks in a batch the gradient is mostly noise: a shaky curve and slow learning.",
  ],
  toy_warn_width: ["宽 {width} 的网络装不下弯曲的形状。", "A network {width} wide has no room for curved shapes."],
  toy_warn_depth: [
    "{depth} 层的网络里没有归一化，每层都把误差叠在前一层上，容易发散。",
    "{depth} layers add up here without any normalisation between them, which makes divergence likely.",
  ],
  toy_warn_naive: [
    "式 (11) 的目标约有 98% 无从预测，梯度里多是噪声，要好几倍的步数才赶得上。",
    "About 98 % of what eq. (11) asks for cannot be predicted, so its gradients are mostly noise; it needs several times as many steps.",
  ],
  toy_warn_naive_prediction: [
    "式 (11) 是对 ε 写的，网络只能猜 ε；要猜 x₀ 或 v，请换成合并后的损失。",
    "Eq. (11) is written for ε, so the network has to guess ε; to guess x₀ or v, choose the merged loss",
  ],
  toy_warn_vlb: [
    "L_vlb 里小 t 的权重是大 t 的上百倍，均匀取 t 时抖得厉害；勾上“按损失大小挑 t”会稳一些。",
    "L_vlb weighs small t over a hundred times as much as large t; with t drawn evenly it shakes badly. Visiting t by its loss steadies it.",
  ],
  toy_warn_one_point: [
    "只有一个点：所有的砖都会落到它上面，再没有别的可学。",
    "A single point: every brick will end on it, and there is nothing else to learn.",
  ],
  toy_warn_few: [
    "只有 {count} 个点：网络会把它们背下来，建出来的就是这些点本身。",
    "Only {count} points: the network will learn them by heart and rebuild exactly these.",
  ],
  toy_no_points: [
    "画面是空的：先画几笔，或者挑一个现成的",
    "There is nothing to learn from: draw something, or choose one of the sets",
  ],
  toy_no_network: ["还没有网络，先训练一个", "there is no network yet; train one first"],
  toy_no_engine: [
    "训练离不开引擎，它在这个浏览器里启动不了（缘由见页首）。下面仍是老老实实算出来的：你的点，它们怎么被拆，以及不用网络也写得出的精确 E[ε | xₜ]。中间的楼就是照它建的，没有哪一笔是学来的。",
    "Training needs the engine, which cannot start in this browser (the top of the page says why). What is below is still honestly computed: your points, how they come down, and the exact E[ε | xₜ], which can be written down without any network. The middle cloud is rebuilt with that alone; nothing in it was learned.",
  ],
  toy_no_engine_short: ["引擎启动不了，没法训练", "the engine cannot start here, so nothing can be trained"],
  toy_diverged: [
    "学习率 {lr} 太大，损失失控了。训练已经停下，退回到最后一份好的权重（第 {step} 步）。",
    "A learning rate of {lr} was too large and the loss ran away. Training has stopped and gone back to the last good weights, those of step {step}.",
  ],
  toy_slower: ["把学习率减到五分之一，接着来", "Go on from there with a fifth of it"],
  toy_lost: [
    "设备断开了。第 {step} 步之前的最近一份存档还在，重来之后从那里接着学。",
    "The device was lost. The last checkpoint before step {step} is safe, and training goes on from it after a rebuild.",
  ],
  toy_restored: [
    "设备回来了，已从第 {step} 步的存档恢复。",
    "The device is back; training stands again at step {step}.",
  ],

  toy_keep: ["留下训练好的网络", "Keep the trained network"],
  toy_keep_text: [
    "存下来是三个文件：权重（safetensors）、config.json 和 scheduler_config.json。改天把它们选进来（或拖进来），就能接着建、接着学。",
    "It is saved as three files: the weights (safetensors), config.json and scheduler_config.json. Choose them another day, or drop them here, to rebuild with it or train it further.",
  ],
  toy_save: ["存下来", "Save"],
  toy_open: ["选择文件…", "Choose files…"],
  toy_not_points: [
    "config.json 里写的是 {kind}，不是这一章的网络（PointMlp）；图像的模型请在页首的演示台打开",
    "config.json describes a {kind}, not a network of this chapter (PointMlp); a model of pictures goes onto the stage above",
  ],
  toy_adopted: [
    "已换成你存下的网络，{count} 个参数；按“训练”会接着学。",
    "Now working with your network of {count} parameters; Train takes it further.",
  ],
};
