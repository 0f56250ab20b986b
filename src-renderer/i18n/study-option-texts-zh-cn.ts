/** Those of objectives and of the study itself; see `option-texts-zh-cn.ts`. */
export const studyOptionTextsZhCn: Readonly<Record<string, string>> = {
  'Folder, or ZIP file, that holds one folder of files per class.':
    '文件夹或 ZIP 文件，其中每个类别对应一个子文件夹。',
  'Folders that are one class, by class; folders that are not named are left out. Every folder is a class if absent.':
    '哪些文件夹合为一个类别，按类别列出；未列出的文件夹不使用。省略时每个文件夹为一个类别。',
  'Files whose names are equal up to this text are one group (`jackson_3.wav` with `_`); no group is in two splits.':
    '文件名在此文本之前相同的文件属于同一组（例如 `jackson_3.wav` 与 `_`）；同一组不会分到两个数据划分中。',
  'Length of every recording: longer ones are cut, shorter ones begin with silence.':
    '每段录音的长度：较长的截断，较短的在开头补静音。',
  'Training rows; all that remain if absent.': '训练行数；省略时为其余全部。',
  '2,000 rows or a fifth, whichever is less.': '2,000 行或五分之一，取较小者。',
  'A fifth if absent.': '省略时为五分之一。',
  '`mnist`, IDX or NPY files (plain or gzip), or folders of PNG and JPEG files.':
    '`mnist`、IDX 或 NPY 文件（普通或 gzip），或 PNG 与 JPEG 文件的文件夹。',
  'IDX or NPY file of bytes: count × height × width (× channels).':
    '由字节组成的 IDX 或 NPY 文件：数量 × 高 × 宽（× 通道）。',
  'IDX or NPY file: one label per image, 0 to 255.':
    'IDX 或 NPY 文件：每张图像一个标签，0 到 255。',
  'Images of the test split.': '测试集的图像。',
  'Labels of the test split.': '测试集的标签。',
  'Side in pixels, or [height, width], to scale to; all must be alike if absent.':
    '缩放到的边长（像素），或 [高, 宽]；省略时所有图像必须大小一致。',
  '1 for grey, 3 for colour; grey if absent and no image has colour.':
    '1 为灰度，3 为彩色；省略时若没有彩色图像则为灰度。',
  'Training images; all that validation (and test) leave if absent.':
    '训练图像数；省略时为验证集（和测试集）之外的全部。',
  'Taken from the training images; 2,000 or a fifth of them, whichever is less.':
    '取自训练图像；2,000 张或其五分之一，取较小者。',
  'Of the test images, all if absent; without test images, of the training images, a fifth if absent.':
    '取自测试图像，省略时为全部；没有测试图像时取自训练图像，省略时为五分之一。',
  'Train so that trials report the gradient of their validation loss.':
    '训练时让每个试验报告验证损失的梯度。',
  'forward or reverse through the steps, implicit at a minimum, online for a learning rate that follows its own gradient within a training, none for samplers without gradients; auto: forward for up to 3 hyperparameters unless the engine captures programs, otherwise reverse.':
    'forward 或 reverse 沿训练步求导，implicit 在极小点求导，online 让学习率在一次训练中跟随自身梯度，none 用于不需要梯度的采样器；auto：超参数不超过 3 个时用 forward（引擎能捕获程序时除外），否则用 reverse。',
  'Training steps of a trial; 50.': '一个试验的训练步数；50。',
  'Rows of a step; all training rows if absent.': '一步的行数；省略时为全部训练行。',
  'reverse: go back through so many steps only; all if absent.':
    'reverse：只向回传播这么多步；省略时为全部。',
  'reverse: keep every so many states and take the steps between once more; 1.':
    'reverse：每隔这么多步保存一个状态，其间的步重新计算；1。',
  'online: what a step goes along; momentum.': 'online：一步沿什么方向；momentum。',
  'online: 0 adds to the rate, 1 … 3 descend in logarithms, rate above rate; 0.':
    'online：0 直接加到学习率上，1…3 在对数上下降，学习率之上还有学习率；0。',
  'implicit: added to the diagonal of the Hessian; 0.001.':
    'implicit：加到 Hessian 对角线上的值；0.001。',
  'Share of the validation rows that the gradient does not see: holdoutLoss; 0.5.':
    '梯度看不到的验证行的比例：holdoutLoss；0.5。',
  'CSV or TSV file (plain or gzip), Parquet file, or NPY file of rows × columns.':
    'CSV 或 TSV 文件（普通或 gzip）、Parquet 文件，或行 × 列的 NPY 文件。',
  'CSV or TSV file (plain or gzip), or Parquet file.':
    'CSV 或 TSV 文件（普通或 gzip），或 Parquet 文件。',
  'Between fields; `auto`: comma, tab, semicolon or bar, whichever divides the first lines most evenly.':
    '字段之间的分隔符；`auto`：逗号、制表符、分号或竖线中把开头各行分得最整齐的一个。',
  '`auto`: UTF-8, or UTF-16 where the first bytes say so. Latin-1 is windows-1252.':
    '`auto`：UTF-8，或由开头字节判定的 UTF-16。Latin-1 为 windows-1252。',
  'Of numbers; `auto`: a comma where fields are divided by another sign and it fits.':
    '数字的小数点；`auto`：字段由其他符号分隔且相符时为逗号。',
  'Whether the first line names the columns; else they are column1, column2 …':
    '第一行是否为列名；否则列名为 column1、column2……',
  'Columns that are names, even of numbers, or different in every row.':
    '作为类别的列，即使是数字，或每行都不同。',
  'Columns that must hold numbers: a text in them is an error, not a category.':
    '必须为数字的列：其中出现文本是错误，而不是类别。',
  'Each trial trains its configuration once per fold: the rows that are not test rows are cut into so many parts, and each is the validation split once. 1: a single validation split.':
    '每个试验按折各训练一次：测试行以外的行分成这么多份，每份各作一次验证集。1：只有一个验证集。',
  'So many of the best trials predict together at the end: their averaged predictions are measured on the validation and the test split. 1: none do.':
    '结束时这么多个最佳试验一起预测：其平均预测在验证集和测试集上评估。1：不集成。',
  'Column to predict.': '要预测的列。',
  'Of a target that is a number: predicts this quantile instead of the mean, by the quantile loss; 0.5 is the median.':
    '目标为数值时：用分位数损失预测该分位数而非均值；0.5 为中位数。',
  '`auto`: text, or at most 20 different whole numbers, is classification.':
    '`auto`：文本，或最多 20 个不同整数，视为分类。',
  'Cells that mean "no value".': '表示“没有值”的单元格。',
  'Columns that must not be used.': '不得使用的列。',
  'Column of groups (a patient); no group is in two splits. It is no feature.':
    '分组的列（例如患者）；同一组不会分到两个数据划分中。它不作为特征。',
  'Column of times: the latest rows are the test split, those before them validation. It is no feature.':
    '时间列：最晚的行为测试集，其前的行为验证集。它不作为特征。',
  'Of every file; Latin-1 is windows-1252.': '所有文件的编码；Latin-1 为 windows-1252。',
  'Column of texts.': '文本所在的列。',
  'Column of classes.': '类别所在的列。',
  'Column of groups (an author); no group is in two splits.':
    '分组的列（例如作者）；同一组不会分到两个数据划分中。',
  'Built-in test function; everything is to be minimised.': '内置测试函数；一律求最小值。',
  'Coordinates x0, x1 …; default: 2, or what the function usually has.':
    '坐标 x0、x1……；默认：2，或该函数通常的维数。',
  'Metrics f1, f2 … of a function with any number of them; default 3.':
    '目标数可变的函数的指标 f1、f2……；默认 3。',
  'Values reported before the end.': '结束前报告的值的个数。',
  'How long each step pretends to work.': '每一步假装工作的时间。',
  'The first rule that holds ends the study.': '最先成立的规则结束研究。',
  'Finished trials in total.': '结束的试验总数。',
  'Wall time over all sessions; running trials still end normally.':
    '所有会话合计的时钟时间；运行中的试验仍正常结束。',
  'Ends when the first goal reaches this value.': '第一个目标达到此值时结束。',
  'Ends after this many finished trials in a row without a better value.':
    '连续这么多个结束的试验没有更好的值时结束。',
  'Ends when all trials together have reported this many epochs of the first goal.':
    '所有试验报告的第一个目标的轮数合计达到此数时结束。',
  'Ends when no point is likely to be better than the best trial by more than this, in units of the goal; needs 20 complete trials.':
    '当没有任何点可能比最佳试验好过此值（以目标为单位）时结束；需要 20 个完成的试验。',
  'Ends when what a trial can still gain is below this share of what it was at the start (gap of expected minimum regrets); needs 30 complete trials.':
    '当一个试验还能带来的收益低于开始时的这一比例时结束（期望最小遗憾之差）；需要 30 个完成的试验。',
  'Ends as failed after this many failed trials in a row.':
    '连续这么多个试验失败后，研究以失败结束。',
  'When a point was tried before: allow it, draw again, or reuse the result of an equal complete trial.':
    '当一个点已试过时：允许，重新抽取，或沿用相同的已完成试验的结果。',
  'Each trial trains its configuration several times with different seeds.':
    '每个试验用不同的种子把同一配置训练多次。',
  'Trainings of each trial.': '每个试验的训练次数。',
  'What the trial is judged by.': '试验按什么来评判。',
  'An attempt that runs longer fails as timeout.': '运行更久的执行以超时失败。',
  'Earlier studies of the same database whose trials the sampler knows.':
    '采样器所了解的、同一数据库中的早期研究。',
  'Name of a study of the same database.': '同一数据库中一个研究的名称。',
  'Its id; noted when this study is created.': '其编号；创建此研究时记录。',
  'Only its first trials; by default all that it has when this study is created.':
    '只用其最前面的这么多个试验；默认：创建此研究时它已有的全部。',
  'Numbers of trials that are left out; those still running are added.':
    '不使用的试验编号；仍在运行的会自动加入。',
  'Metrics that must stay ≤ 0, or within a bound; the best trial keeps all of them.':
    '必须保持 ≤ 0 或在界限内的指标；最佳试验满足全部约束。',
  'Metric that must stay ≤ 0.': '必须保持 ≤ 0 的指标。',
  'The metric must stay ≤ this.': '该指标必须 ≤ 此值。',
  'The metric must stay ≥ this.': '该指标必须 ≥ 此值。',
  'Points that are tried first; parameters left out are filled in.':
    '最先尝试的点；未给出的参数会补上。',
  'Parameters held at one value of their domain; the others are searched.':
    '固定为其取值范围内某个值的参数；其余参数参与搜索。',
  'Any program in any language.': '任何语言的程序。',
  'Program and arguments as a list, no shell. {parameter}, {seed}, {trial}, {parametersFile}, … are filled in. A text is for shell: true.':
    '程序及其参数的列表，不经过 shell。{parameter}、{seed}、{trial}、{parametersFile} 等会被填入。单个文本仅用于 shell: true。',
  'Runs the text by /bin/sh; values then reach it by the environment only.':
    '由 /bin/sh 运行该文本；此时值只通过环境变量传入。',
  'Working directory; relative to the folder of the study file.':
    '工作目录；相对于研究文件所在的文件夹。',
  'Further variables; the same may be filled in as in arguments.':
    '其他环境变量；可填入与参数中相同的内容。',
  'Further files that trust covers, beside those named in the command.':
    '除命令中列出的文件之外，信任还涵盖的文件。',
  'Lines of JSON on standard output: {"step": 1, "loss": 0.5}':
    '标准输出上的 JSON 行：{"step": 1, "loss": 0.5}',
  'Regular expressions over single lines of output; named groups are metrics, the group "step" is the step.':
    '作用于单行输出的正则表达式；命名组为指标，组 "step" 为步。',
  'A JSON file that the program leaves where TUNEWRIGHT_RESULTS says.':
    '程序在 TUNEWRIGHT_RESULTS 所指位置留下的 JSON 文件。',
  'Which step gives the values of a complete trial.': '完成的试验取哪一步的值。',
  'Resident memory of all its processes together.': '其所有进程的常驻内存合计。',
  'What it may write to standard output and standard error together.':
    '标准输出与标准错误合计可写入的量。',
  'Processes that it may have at the same time, itself included.': '可同时拥有的进程数，包括自身。',
  'Sent to a trial that is pruned or cancelled, after its flag file was written.':
    '在标志文件写好后，发送给被剪枝或取消的试验的信号。',
  'How long it may go on after that before all its processes are killed.':
    '此后在终止其所有进程之前还可运行多久。',
  'Trials run as jobs of Slurm.': '试验作为 Slurm 作业运行。',
  'Folder that this machine and the nodes share; default: beside the database.':
    '本机与各节点共享的文件夹；默认：数据库旁边。',
  'Options of sbatch, e.g. --partition=gpu, --gres=gpu:1, --time=120, --mem=8G.':
    'sbatch 的选项，例如 --partition=gpu、--gres=gpu:1、--time=120、--mem=8G。',
  'Trials that start together are submitted as one job array.':
    '同时开始的试验作为一个作业数组提交。',
  'A job whose node fails is queued again by Slurm.': '节点出故障的作业由 Slurm 重新排队。',
  'How often the queue is read.': '多久读取一次队列。',
  'A function of the user.': '用户自己的函数。',
  'JavaScript or TypeScript file that exports train(trial) and, if the study file has no space, space.':
    '导出 train(trial) 的 JavaScript 或 TypeScript 文件；研究文件没有 space 时还须导出 space。',
  'Further files that trust covers, e.g. those that it imports.':
    '信任还涵盖的文件，例如它导入的文件。',
  'How often trials save what they have learnt, and what of it stays.':
    '试验多久保存一次已学到的内容，以及保留哪些。',
  'Nothing is saved: an interrupted trial starts anew.': '不保存：中断的试验重新开始。',
  'Longest training time that a crash can cost; null: no such limit.':
    '一次崩溃最多损失的训练时间；null：没有此限制。',
  'After every so many epochs.': '每隔这么多轮。',
  'After every so many batches.': '每隔这么多批。',
  'Also where a trial ends, so that it can be extended, forked or promoted.':
    '试验结束处也保存，以便延长、分叉或晋级。',
  'Finished trials, best first, whose last checkpoint stays.':
    '保留最后检查点的已结束试验数，最佳者优先。',
  'Whether those of the Pareto set stay as well, with several goals.':
    '有多个目标时，帕累托集合的检查点是否也保留。',
  'Finished trials, last first, whose last checkpoint stays.':
    '保留最后检查点的已结束试验数，最新者优先。',
  'Checkpoints of each trial that stay, last first.': '每个试验保留的检查点数，最新者优先。',
  'All checkpoints of the study together; beyond it the least wanted go first.':
    '研究的全部检查点合计；超出时先删除最不需要的。',
  'own (default): every trial has seeds of its own. shared: training k has the same seed in every trial, so that trials can be compared in pairs.':
    'own（默认）：每个试验有自己的种子。shared：第 k 次训练在每个试验中种子相同，试验因而可以成对比较。',
}
