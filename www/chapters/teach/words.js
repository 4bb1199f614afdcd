// @ts-check
// Chapter 9's words: key → [中文, English].

/** @type {import("../../lib/words.js").Words} */
export const words = {
  teach_failed: ["{message}", "{message}"], // its errors are sentences already
  teach_title: ["教它盖你的楼", "Teach it your building"],
  teach_off: [
    "这一章要当场训练网络，可引擎在这个浏览器里启动不了（缘由见页首）。上面的录像是事先算好的，教不了。",
    "This chapter trains the network here and now, and the engine cannot start in this browser (the top of the page says why). A recording cannot be taught.",
  ],

  teach_draw: ["画一张", "Draw one"],
  teach_pad: ["画板", "Drawing pad"],
  teach_pad_keys: [
    "鼠标、笔、手指都行。用键盘：方向键移动笔，空格落笔、提笔，退格去掉一笔，回车收下。",
    "Mouse, pen or finger. By keyboard: arrows move the pen, Space sets it down or lifts it, Backspace takes a stroke back, Enter adds the drawing.",
  ],
  teach_pen_at: ["第 {column} 列，第 {row} 行", "column {column}, row {row}"],
  teach_pen_down: ["落笔", "pen down"],
  teach_pen_up: ["提笔", "pen up"],
  teach_seen: ["网络看到的", "what the network sees"],
  teach_add: ["收下这张", "Add this one"],
  teach_clear: ["擦掉", "Wipe"],
  teach_empty: ["画板还空着，先画上几笔再收。", "The pad is still empty: draw something, then add it."],
  teach_full: ["最多收 {most} 张，先去掉一张。", "There is room for {most} drawings; take one away first."],
  teach_added: ["收下了，一共 {n} 张", "Added, {n} in all"],

  teach_photos: ["你的照片", "Your photographs"],
  teach_count: [
    "{n} 张，要 {fewest} 到 {most} 张。同一个字，每张写得稍有不同才好。",
    "{n} so far; it takes {fewest} to {most}. Always the same character, never quite the same hand.",
  ],
  teach_drawing: ["第 {n} 张", "Drawing {n}"],
  teach_copy: ["第 {n} 张再来一份", "Duplicate drawing {n}"],
  teach_remove: ["去掉第 {n} 张", "Remove drawing {n}"],
  teach_examples: ["懒得画？借八张现成的：", "Rather not draw? Take eight of ours:"],
  teach_clear_tray: ["全部去掉", "Remove all"],
  teach_too_few: ["照片至少要 {fewest} 张，现在是 {n} 张。", "It takes at least {fewest} photographs; there are {n}."],

  teach_digit: ["占用哪个楼号", "Move into number"],
  teach_digit_n: ["占用数字 {digit}", "Move into number {digit}"],
  teach_digit_hint: [
    "教过之后，叫它盖 {digit}，就盖你的字。",
    "From then on, asking for a {digit} builds your character.",
  ],
  teach_old: ["温习旧楼", "Rehearse the old ones"],
  teach_old_some: [
    "每一批里掺这么多旧数字，免得忘了。",
    "This share of every batch is old digits, so that they are not forgotten.",
  ],
  teach_old_none: ["只看你的照片。其余九种，听天由命。", "Nothing but your photographs. Good luck to the other nine."],
  teach_layers: ["改哪些层", "Let these layers change"],
  teach_layers_all: ["全部", "All"],
  teach_layers_up: ["后半程", "Up path"],
  teach_layers_class: ["只改楼号", "Class only"],
  teach_layers_all_hint: ["一百一十万个参数都可以改。", "All 1.1 million weights may move."],
  teach_layers_up_hint: [
    "只改由粗到细的后半程，前半程照旧。",
    "Only the second half, from coarse to fine; the first stays as it was.",
  ],
  teach_layers_class_hint: [
    "只改各楼号的那一小串数，别处一个也不动。它学得会吗？",
    "Only the short vectors that stand for the house numbers. Can it learn at all like that?",
  ],

  teach_more: ["训练设置", "Training details"],
  teach_steps: ["练多少步", "Steps"],
  teach_steps_hint: ["学习率在这么多步里先升后降。", "The learning rate rises and falls once over this many."],
  teach_batch: ["每步看几张", "Pictures per step"],
  teach_batch_hint: ["看得少，一步就快，损失也抖得厉害。", "Fewer make a quick step and a jittery loss."],
  teach_lr: ["学习率", "Learning rate"],
  teach_lr_hint: ["太大会学飞，太小学不动。", "Too high and it runs wild, too low and it sits still."],
  teach_look: ["样本走几步", "Steps per sample"],
  teach_look_hint: [
    "途中那些样本用 DDIM 建成的步数，越多越细，也越慢。",
    "DDIM steps for the samples along the way; more are finer, and slower.",
  ],

  teach_train: ["开始教", "Teach"],
  teach_go_on: ["接着教", "Go on teaching"],
  teach_pause: ["停一停", "Pause"],
  teach_step: ["只走一步", "One step"],
  teach_look_now: ["现在盖几座看看", "Build a few now"],
  teach_undo: ["忘掉，从头来过", "Forget it all"],
  teach_undone: ["变回原来的网络了", "The pretrained network is back"],
  teach_bar: ["训练进度", "Training progress"],
  teach_progress: ["第 {step} 步，共 {total} 步", "Step {step} of {total}"],
  teach_done: ["教完了。再按一次，接着再教一轮", "done. Press again for another round"],
  teach_left: ["大约还要 {time}", "about {time} to go"],
  teach_seconds: ["{n} 秒", "{n} s"],
  teach_minutes: ["{n} 分钟", "{n} min"],
  teach_not_yet: [
    "网络还没有载入，等台上动起来再试。",
    "The network has not loaded yet; try again once the stage is moving.",
  ],
  teach_busy: ["网络正忙着，先暂停再换。", "The network is at work; pause it before you put another in its place."],
  teach_loading: ["取一份没教过的网络", "Fetching an untaught copy of the network"],
  teach_preparing: ["准备训练，编译着色器 {done} / {total}", "Getting ready to train, shaders {done} of {total}"],
  teach_sampling: ["盖几座看看，{done} / {total}", "building a few, {done} of {total}"],
  teach_slow: [
    "这台设备算得慢，每步看 {batch} 张，全程要 {time}。",
    "This device takes its time: with {batch} pictures a step, {time} in all.",
  ],
  teach_outdated: [
    "刚才的改动，下回按“教”的时候才算数。",
    "What you have just changed counts from the next time you press Teach.",
  ],
  teach_smaller: ["改成每步 {batch} 张", "Make it {batch} a step"],
  teach_curve: [
    "损失：猜的噪声与真的噪声相差多少。浅色是每一步，深色是滑动平均。",
    "Loss: how far the guessed noise is from the true one. Pale is every step, dark the running mean.",
  ],
  teach_diverged: [
    "到第 {step} 步学飞了，损失不成样子，已退回最近一份好的参数。把学习率调小些再来。",
    "At step {step} it ran wild and the loss made no sense any more; the last good weights are back. Try a lower learning rate.",
  ],
  teach_lost: [
    "设备断开了：{reason}。可以从最近存下的一步接着教。",
    "The device was lost ({reason}). Teaching can go on from the last step that was saved.",
  ],
  teach_resume: ["重新打开，接着教", "Reopen and go on"],

  teach_compare: ["同一堆砖，教前教后", "The same bricks, before and after"],
  teach_results_empty: [
    "每次都从同样的十三堆砖建起，教一阵看一眼，哪里变了一目了然。按“现在盖几座看看”，先瞧瞧没教过的样子。",
    "Every look starts from the same thirteen heaps of noise, so whatever changes was learned. “Build a few now” shows what the untaught network makes of them.",
  ],
  teach_noise: [
    "每座都用 DDIM 走 {look} 步，引导 w = {w}，噪声的种子总是 {seed}。",
    "Each in {look} steps of DDIM with guidance w = {w}, and always from the noise of seed {seed}.",
  ],
  teach_own_title: ["叫它盖 {digit}", "asked for a {digit}"],
  teach_others_title: ["叫它盖别的数字", "asked for the other digits"],
  teach_before: ["没教过", "Before"],
  teach_after: ["教了 {step} 步", "After {step} steps"],
  teach_after_none: ["现在", "Now"],
  teach_after_since: ["{when}（现已到第 {step} 步）", "{when} (it is at step {step} now)"],
  teach_row_own: ["{title}：叫它盖 {digit}，{n} 座", "{title}: asked for a {digit}, {n} pictures"],
  teach_row_others: ["{title}：其余九个数字各一座", "{title}: one of each of the other nine digits"],
  teach_film: ["同一堆砖，一路教下来", "One heap of noise through the whole lesson"],
  teach_film_frame: ["看教了 {step} 步时的样子", "Show how it was after {step} steps"],
  teach_resemblance: [
    "叫它盖 {digit} 的这 {of} 座里，认得出是你的字的有 {n} 座。（与最像的那张照片的相关系数达到 {threshold} 才算；可略微倾斜、平移。）",
    "Of these {of}, {n} are recognisable as your character. (To count, a picture has to correlate at {threshold} or more with one of your photographs, turned and shifted a little if need be.)",
  ],

  teach_keeping: ["留下它", "Keep it"],
  teach_keep: ["留在这个浏览器里", "Keep it in this browser"],
  teach_is_kept: ["留下了", "Kept"],
  teach_stage: ["请它上台", "Put it on the stage"],
  teach_save: ["下载", "Download"],
  teach_save_note: [
    "下载的是 diffusers 的三个文件，放进同一个文件夹，UNet2DModel.from_pretrained 就能打开。台上用的一直是没教过的那一份，除非你请教过的上台；上台的是此刻的样子，之后再教，要再请一次。",
    "The download is the three files of a diffusers folder; put them side by side and UNet2DModel.from_pretrained opens it. The stage keeps the untaught network until you put yours there, and then shows it as it is at that moment; teach it more and put it there again.",
  ],
  teach_kept_none: ["还没有留下的。", "Nothing kept yet."],
  teach_kept_line: [
    "{date}，占 {digit} 号，{n} 张照片，教了 {step} 步",
    "{date}: number {digit}, {n} photographs, {step} steps",
  ],
  teach_kept_pictures: ["叫它盖 {digit} 盖出来的四座", "Four pictures it built when asked for a {digit}"],
  teach_load: ["取用", "Use"],
  teach_load_of: ["取用 {date} 的", "Use the one of {date}"],
  teach_delete: ["删掉", "Delete"],
  teach_delete_of: ["删掉 {date} 的", "Delete the one of {date}"],
  teach_no_storage: ["这个浏览器不让存东西：{reason}", "This browser does not let the page store anything: {reason}"],
  teach_not_kept: ["没能留下：{reason}", "It could not be kept: {reason}"],

  teach_open: ["用文件", "Files"],
  teach_open_text: [
    "把文件或整个文件夹拖到这里，也可以点按钮选。教过的 .safetensors：接着教它。MNIST 那种 IDX 图像文件：算作你的照片。图像和标签一起：用来温习旧楼。叫什么名字、压没压缩（gzip）都行。文件只在本机读取。",
    "Drop files or a whole folder here, or choose files. A taught .safetensors: teaching goes on from there. An IDX file of images, such as MNIST's: counts as photographs. Images and labels together: become the digits to rehearse. Names do not matter, nor whether they are gzipped. Files are read on this device and sent nowhere.",
  ],
  teach_opened: ["打开了 {name}", "{name} is open"],
  teach_which: ["这里有好几套图，用哪一套？", "There are several sets here. Which one?"],
  teach_which_labelled: [
    "{count} 张，{height}×{width}，标签在 {labels}",
    "{count} pictures, {height}×{width}, with labels from {labels}",
  ],
  teach_which_bare: ["{count} 张，{height}×{width}，没有标签", "{count} pictures, {height}×{width}, no labels"],
  teach_own_photos: ["另有 {amount} 张照片，来自 {name}。", "And {amount} photographs from {name}."],
  teach_own_old: [
    "温习用 {name} 里的 {amount} 张，标签取自 {labelsName}（{counts}）。",
    "Rehearsal: {amount} pictures from {name}, with labels from {labelsName} ({counts}).",
  ],
  teach_own_part: ["{count}（共 {total} 张，均匀抽取）", "{count} evenly chosen of {total}"],
  teach_own_class: ["{label}：{n} 张", "{n} of {label}"],
  teach_own_shown: ["{name} 的头几张图", "The first pictures of {name}"],
  teach_own_turn: ["横竖对调", "Swap rows and columns"],
  teach_own_side: [
    "EMNIST 的字在文件里是躺着的，对调一下才是正的。",
    "In EMNIST's files pictures lie on their side; this puts them upright.",
  ],
  teach_own_forget: ["不用这些文件了", "Do without these files"],
  teach_gzip_damaged: [
    "{name}：这个 gzip 文件坏了，或者没有下载完整，请重新下载。",
    "{name}: is a gzip file that is damaged or cut off: fetch it again",
  ],
  teach_file_large: ["{name}：解开来超过一亿个像素，读不了。", "{name}: unpacks to more than 100000000 values"],
  teach_idx_size: [
    "{name} 里的图是 {height}×{width}，这一章要 28×28。",
    "The pictures in {name} are {height}×{width}; this chapter needs 28×28.",
  ],

  unshared_drawings: ["你写的字", "your drawings"],
  unshared_pictures: ["你打开的图片", "the pictures you opened"],
  unshared_taught: ["教过的网络", "the network you taught"],
};
