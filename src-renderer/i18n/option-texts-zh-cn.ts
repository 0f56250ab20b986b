import { populationOptionTextsZhCn } from './population-option-texts-zh-cn.ts'
import { studyOptionTextsZhCn } from './study-option-texts-zh-cn.ts'

/**
 * Explanations of options in Simplified Chinese, by the English one that stands in the schema of the option: whoever changes
 * that changes this too (a test compares them with the catalogue).
 */
export const optionTextsZhCn: Readonly<Record<string, string>> = {
  ...populationOptionTextsZhCn,
  ...studyOptionTextsZhCn,
  'Values per float without step, and per int with step 1 and more than 10 values; one number, or one per parameter name (others 5).':
    '没有步长的 float、步长为 1 且多于 10 个值的 int 各取多少个值；一个数，或按参数名各给一个（其余为 5）。',
  'Random order by the study seed; otherwise the first parameter varies fastest.':
    '按研究的种子随机排序；否则第一个参数变化最快。',
  'Random change of the sequence by the study seed: owen (nested scrambling), shift (digital shift), none (starts at the lower bounds). Default owen.':
    '按研究的种子随机改变序列：owen（嵌套置乱）、shift（数字移位）、none（从下界开始）。默认 owen。',
  'Permute the digits by the study seed; false: the plain sequence. Default true.':
    '按研究的种子置换各位数字；false 为原始序列。默认 true。',
  'Rows of the hypercube, ≥ 2. Default: stop.trials of the study.':
    '超立方的行数，≥ 2。默认：研究的 stop.trials。',
  'Values in the middle of their share instead of anywhere in it. Default false.':
    '取每一份的中点，而不是其中任意位置。默认 false。',
  'Mean place of the trial to start from among all, from the best (1); geometrically distributed. Default 2.':
    '出发试验在所有试验中的平均名次，从最佳（1）起；几何分布。默认 2。',
  'How fast neighbourhoods shrink: to 1/(1 + shrink·T) after T trials. Default 0.1.':
    '邻域收缩的快慢：T 个试验后缩为 1/(1 + shrink·T)。默认 0.1。',
  'Trials per generation, 4…10,000. Default 4 + ⌊3 ln d⌋ for d varied parameters.':
    '每代的试验数，4…10,000。默认 4 + ⌊3 ln d⌋，d 为变化的参数个数。',
  'First standard deviation as a share of every range, 0…1; ints, steps and ordinals start with 1.2 times as much. Default 1/12.':
    '初始标准差占各范围的比例，0…1；整数、步长和有序值的初始值为其 1.2 倍。默认 1/12。',
  'Where the first run begins; restarts begin at random points. Default centre.':
    '第一轮从何处开始；重新开始时从随机点开始。默认 centre。',
  'What follows when a run has converged: ipop begins again with twice the population, bipop takes turns between that and small runs, none goes on. Default ipop.':
    '一轮收敛后如何继续：ipop 以两倍种群重新开始，bipop 在此与小种群之间轮换，none 继续不变。默认 ipop。',
  'Whether points are tried again that already have a result; otherwise that result counts again without a trial. For noisy objectives. Default false.':
    '已有结果的点是否再次尝试；否则不再试验而沿用该结果。适用于有噪声的目标。默认 false。',
  'So many first trials are spread over the space; the search begins where the best of them are. Default 0.':
    '最初这么多个试验散布在整个空间；搜索从其中最好的位置开始。默认 0。',
  'full learns correlations between parameters; separable only their scales, for more than about 100 parameters. Default full.':
    'full 学习参数之间的相关性；separable 只学习各自的尺度，适用于约 100 个以上的参数。默认 full。',
  'active also learns from the worse half of a generation; classic has the constants of DEAP. Full covariance, comma selection only. Default active.':
    'active 也从一代中较差的一半学习；classic 使用 DEAP 的常数。仅限完整协方差和 comma 选择。默认 active。',
  'comma moves the mean to the better half of every generation; plus stays at the best point so far, the (1+λ) strategy. Default comma.':
    'comma 把均值移向每一代较好的一半；plus 停在目前最佳的点，即 (1+λ) 策略。默认 comma。',
  'adaptive follows updates only as far as they are clear beside their noise: for noisy or many-peaked objectives. Full covariance, comma selection only. Default fixed.':
    'adaptive 只在更新明显高于噪声时才跟随：适用于有噪声或多峰的目标。仅限完整协方差和 comma 选择。默认 fixed。',
  'Trials per generation, 4…10,000, with plus selection from 1. Default 4 + ⌊3 ln d⌋ for d varied parameters; plus: 1.':
    '每代的试验数，4…10,000；plus 选择从 1 起。默认 4 + ⌊3 ln d⌋，d 为变化的参数个数；plus：1。',
  'Initial step size as a share of every range, 0…1. Default 1/6.':
    '初始步长占各范围的比例，0…1。默认 1/6。',
  'Keep integers, steps and ordinals from freezing. Default true.':
    '防止整数、步长和有序值被冻结。默认 true。',
  "Trials with a value before the model is used: points of Sobol's sequence. Default 10.":
    '使用模型之前所需的有值试验数：取 Sobol 序列的点。默认 10。',
  'Trees of the forest, 2…500. Default 30.': '森林中的树，2…500。默认 30。',
  'log models the logarithm of the distance to the best value, so that differences among good trials count; raw the values themselves. Default log.':
    'log 对与最佳值的距离取对数建模，使好试验之间的差别更明显；raw 直接用原值。默认 log。',
  'Every so many trials one is drawn at random; 0: none. Default 10.':
    '每隔这么多个试验随机抽取一个；0：从不。默认 10。',
  'Trials that the model takes; of more the best, the newest and a sample. Default 200.':
    '模型使用的试验数；更多时取最佳的、最新的和一个样本。默认 200。',
  'Trials with a value before the model is used, 1…1,000. Default 10.':
    '使用模型之前所需的有值试验数，1…1,000。默认 10。',
  'Whether the same parameters always give the same value: nothing is then explained as noise. Default false.':
    '相同的参数是否总得到相同的值：此时不把差异解释为噪声。默认 false。',
  'Trials up to which the model takes in all, 100…1,000; beyond, the 50 best and the 50 newest others. Default 300.':
    '模型全部采用的试验上限，100…1,000；超出后取 50 个最佳的和其余中 50 个最新的。默认 300。',
  'Whose settings are taken; the other options change single ones of them.':
    '采用哪一套设置；其他选项只改变其中个别设置。',
  'simple: the offspring replace the population; muPlusLambda: the best of both survive; muCommaLambda: the best of the offspring do.':
    'simple：后代取代种群；muPlusLambda：两者中最好的留下；muCommaLambda：后代中最好的留下。',
  'Individuals per island (μ), ≥ 2.': '每个岛的个体数（μ），≥ 2。',
  'Trials per generation and island (λ); simple makes as many as its population needs.':
    '每代每岛的试验数（λ）；simple 按种群所需产生。',
  'How the first population is drawn.': '初始种群如何抽取。',
  'How parents are chosen; roulette and universalSampling go by linear ranks.':
    '如何选择父代；roulette 与 universalSampling 按线性排名。',
  'Individuals in a tournament.': '一次锦标赛中的个体数。',
  'How two parents make a child.': '两个父代如何产生子代。',
  'Share of children with two parents.': '有两个父代的子代的比例。',
  'Share of genes that uniform and simulatedBinary cross; 0.5.':
    'uniform 与 simulatedBinary 交叉的基因比例；0.5。',
  'simulatedBinary: the larger, the nearer to the parents; 20.':
    'simulatedBinary：越大越接近父代；20。',
  'blend: how far beyond the parents, in their distance.':
    'blend：超出父代多远，以父代间的距离计。',
  'How a number changes; a choice takes any other of its values.':
    '数值如何变化；选项取其他任一值。',
  'Share of children that are mutated.': '发生变异的子代的比例。',
  'Share of genes that a mutation changes, one at least.': '一次变异改变的基因比例，至少一个。',
  'Standard deviation of gaussian, largest step of logUniform; share of the range.':
    'gaussian 的标准差，logUniform 的最大步长；占范围的比例。',
  'polynomial: the larger, the smaller the steps; 20.': 'polynomial：越大步长越小；20。',
  'Best parents that survive in simple and muCommaLambda; 0.':
    'simple 与 muCommaLambda 中留下的最佳父代数；0。',
  'Mutate again when a point of a finite space was tried already.':
    '有限空间中的点已试过时再次变异。',
  'Populations that evolve apart; 1.': '各自演化的种群数；1。',
  'Generations between two migrations of the best to the next island.':
    '最佳个体迁往下一个岛的间隔代数。',
  'Individuals that leave each island then.': '每次从各岛迁出的个体数。',
  'Feasible before infeasible, or penalty times the violation added to the value.':
    '可行的排在不可行的之前，或把违反量乘以惩罚系数加到值上。',
  'Factor of constraints: penalty.': 'constraints: penalty 时的系数。',
  'Particles in a swarm; 10.': '一个粒子群中的粒子数；10。',
  'Swarms of so many particles each, which keep apart; 1.':
    '粒子群的个数，每群粒子数相同，彼此分开；1。',
  'For problems that change: each swarm measures its best place again every round and begins anew around it when the value differs by more than this. Default: it never does.':
    '用于会变化的问题：每个粒子群每轮重新测量其最佳位置，若值相差超过此数则在其周围重新开始。默认：从不。',
  'changeBeyond: radius within which it begins anew, as a share of the ranges; 0.1.':
    'changeBeyond：重新开始的半径，占范围的比例；0.1。',
  'Whose best pulls a particle: that of all, or of its neighbours on a ring.':
    '谁的最佳位置吸引粒子：全体的，或环上邻居的。',
  'ring: neighbours on either side; 1.': 'ring：每侧的邻居数；1。',
  'Velocity that is kept: 0.7298 always, or 0.9 falling to 0.4 over stop.trials.':
    '保留的速度：始终 0.7298，或在 stop.trials 内从 0.9 降到 0.4。',
  'Largest move per parameter, as a share of its range; 0.5.':
    '每个参数的最大移动，占其范围的比例；0.5。',
  'At a bound: stay there, be mirrored, or come in again on the other side.':
    '到达边界时：停在那里、反射，或从另一侧进入。',
  'How the first positions are drawn.': '初始位置如何抽取。',
  'Largest velocity at the start, as a share of each range; 0.':
    '初始速度的上限，占各范围的比例；0。',
  'A particle that has come to rest begins again elsewhere, remembering its best.':
    '静止下来的粒子在别处重新开始，并记住其最佳位置。',
  'Move again when a point of a finite space was tried already.':
    '有限空间中的点已试过时再次移动。',
  'Members of the population; 10.': '种群的成员数；10。',
  'The population shrinks to this many over stop.trials. Default: it keeps its size.':
    '种群在 stop.trials 内缩小到此数。默认：大小不变。',
  'What a mutant is made of; crossover is binomial.': '变异个体由什么构成；交叉为二项式。',
  'How F and CR are found: as given, inherited, or learnt from successes.':
    'F 与 CR 如何确定：固定、继承，或从成功中学习。',
  'F, to begin with; adaptation none: always. 0.5.':
    'F 的初值；adaptation 为 none 时始终为此值。0.5。',
  'adaptation none: F is drawn within scale ± this; 0.':
    'adaptation 为 none：F 在 scale ± 此值内抽取；0。',
  'CR, to begin with; adaptation none: always. 0.5.':
    'CR 的初值；adaptation 为 none 时始终为此值。0.5。',
  'shade: entries of its memory; 5.': 'shade：记忆的条目数；5。',
  'currentToPbest1: share of the members that count as best, two at least; 0.15.':
    'currentToPbest1：视为最佳的成员比例，至少两个；0.15。',
  'currentToPbest1: replaced members that are remembered, per member; 1.':
    'currentToPbest1：每个成员对应记住的被取代成员数；1。',
  'What becomes of a coordinate outside its range.': '超出范围的坐标如何处理。',
  'How the first members are drawn.': '初始成员如何抽取。',
  'Vary again when a point of a finite space was tried already.':
    '有限空间中的点已试过时再次变化。',
  'Trials with a value before the model is used; 10 (hyperopt 20).':
    '使用模型之前所需的有值试验数；10（hyperopt 为 20）。',
  'Points drawn from the good density, of which the best is proposed; 24.':
    '从好密度中抽取的点数，提出其中最佳的；24。',
  'Model the parameters that are active together as one; true (optuna-4 and hyperopt false).':
    '把同时激活的参数作为整体建模；true（optuna-4 与 hyperopt 为 false）。',
  'Count running trials as bad ones; true (optuna-4 and hyperopt false).':
    '把运行中的试验视为差的；true（optuna-4 与 hyperopt 为 false）。',
  'Share of the trials that counts as good; hyperopt: share of their square root.':
    '视为好的试验的比例；hyperopt：占其平方根的比例。',
  'Most trials that count as good; 25.': '视为好的试验的上限；25。',
  'Weight of the prior in each density, in trials; 1.': '先验在各密度中的权重，以试验数计；1。',
  'Draw again when a point of a finite space was tried already; true (other presets false).':
    '有限空间中的点已试过时重新抽取；true（其他预设为 false）。',
  'Trials that survive and become parents.': '存活并成为父代的试验数。',
  'Trials between two selections: 1, or a whole generation (optuna and deap).':
    '两次选择之间的试验数：1，或一整代（optuna 与 deap）。',
  'The first population; latinHypercube (optuna and deap random).':
    '初始种群；latinHypercube（optuna 与 deap 为 random）。',
  'Of so many drawn, the best becomes a parent; 3 (optuna and deap 2).':
    '抽取这么多个，最佳者成为父代；3（optuna 与 deap 为 2）。',
  'How numeric parameters of parents are combined; uniform (deap simulatedBinary).':
    '父代的数值参数如何组合；uniform（deap 为 simulatedBinary）。',
  'Share of children with more than one parent; 0.9.': '有多个父代的子代的比例；0.9。',
  'Chance of each value to come from the second parent, where values are copied; 0.5.':
    '直接复制值时，每个值来自第二个父代的概率；0.5。',
  'simulatedBinary and vsbx: the larger, the nearer to the parents; 20.':
    'simulatedBinary 与 vsbx：越大越接近父代；20。',
  'blend: how far beyond the parents, as a share of their distance; 0.5.':
    'blend：超出父代多远，占其距离的比例；0.5。',
  'A step that is mostly short, or a new value; polynomial (optuna uniform).':
    '多为短的一步，或全新的值；polynomial（optuna 为 uniform）。',
  'Chance of each value to be mutated; 1/active parameters.':
    '每个值变异的概率；1/激活的参数个数。',
  'polynomial: the larger, the shorter the steps; 3 (deap 20).':
    'polynomial：越大步长越短；3（deap 为 20）。',
  'Breed again, up to 10 times, when a point was tried already; true (optuna and deap false).':
    '点已试过时重新繁殖，最多 10 次；true（optuna 与 deap 为 false）。',
  'Who stays of equally good trials: the least crowded (NSGA-II), those that add most to the hypervolume (SMS-EMOA, up to 4 goals), or SPEA2. Default crowding.':
    '同样好的试验中谁留下：最不拥挤的（NSGA-II）、对超体积贡献最大的（SMS-EMOA，最多 4 个目标），或 SPEA2。默认 crowding。',
  'Parts into which each axis of the reference directions is divided.':
    '参考方向的每条轴划分的份数。',
  'Whether the same parameters always give the same value: the model then explains nothing as noise. Default false.':
    '相同的参数是否总得到相同的值：此时模型不把差异解释为噪声。默认 false。',
  'Where gradients come from: the objective, central differences, SPSA; auto: the objective if it gives one, otherwise central up to 10 parameters, spsa above.':
    '梯度的来源：目标本身、中心差分、SPSA；auto：目标提供梯度时用目标，否则 10 个参数以内用 central，以上用 spsa。',
  'How a gradient becomes a move.': '梯度如何变成移动。',
  'Move per parameter in the first step, about, as a share of its range (of its logarithm with log); 0.02.':
    '第一步中每个参数大约的移动，占其范围的比例（log 时为其对数的范围）；0.02。',
  'Largest move per parameter in any step, as a share of its range; 0.2.':
    '任何一步中每个参数的最大移动，占其范围的比例；0.2。',
  'Step k is multiplied by (1 + k/10)^−decay; 0.602 is usual for spsa.':
    '第 k 步乘以 (1 + k/10)^−decay；spsa 通常用 0.602。',
  'adaptive: halve the steps and go back when the loss rises by a fifth, lengthen them by 5 % otherwise. Default for gradientDescent and momentum.':
    'adaptive：损失上升五分之一时步长减半并退回，否则加长 5%。gradientDescent 与 momentum 的默认值。',
  'momentum: share of the last move that is kept; 0.9.': 'momentum：保留上一次移动的比例；0.9。',
  'adam: share of the mean gradient that is kept; 0.9.': 'adam：保留平均梯度的比例；0.9。',
  'adam, rmsprop: share of the mean squared gradient; 0.999 and 0.9.':
    'adam、rmsprop：保留均方梯度的比例；0.999 与 0.9。',
  'Move to the bound what is beyond it, or search the logit of each coordinate.':
    '超出边界的移回边界，或搜索每个坐标的 logit。',
  'central, spsa: distance of the points from the middle, as a share; 0.01.':
    'central、spsa：各点与中心的距离，按比例；0.01。',
  'spsa: pairs per estimate; 1.': 'spsa：每次估计的点对数；1。',
  'Where the first run begins; further ones begin at random points.':
    '第一轮从何处开始；后续各轮从随机点开始。',
  'Values of parameters at which the first run begins.': '第一轮开始时各参数的值。',
  'The study ends after so many runs; default: it goes on from new points.':
    '这么多轮之后研究结束；默认：从新的点继续。',
  'Steps of a run at most; 100, or 20 where there are other than continuous parameters.':
    '一轮最多的步数；100，若有非连续参数则为 20。',
  'A run ends when the gradient has fallen to this share of the first one; 0.001.':
    '梯度降到最初的这一比例时一轮结束；0.001。',
  'A run ends after so many steps in a row without a better goal; 10.':
    '连续这么多步目标没有改善时一轮结束；10。',
  'Sampler of the parameters that have no gradient (choices, ints, steps), one proposal per run; default random.':
    '没有梯度的参数（选项、整数、步长）所用的采样器，每轮提出一次；默认 random。',
  '1…10 samplers: the name of each, its options and its weight.':
    '1…10 个采样器：各自的名称、选项和权重。',
  'Share of the trials, relative to the other weights; > 0. Default 1.':
    '占试验的份额，相对于其他权重；> 0。默认 1。',
  '2…10 samplers: the name of each and its options.': '2…10 个采样器：各自的名称和选项。',
  'How often worse samplers are tried again, 0…10; 0 never. Default 0.1.':
    '较差的采样器多久再试一次，0…10；0 为从不。默认 0.1。',
  'No pruning before this many trials are complete.': '完成的试验少于此数时不剪枝。',
  'No pruning at steps below this.': '低于此步数时不剪枝。',
  'Judge only at the first report of every interval, counted from warmupSteps.':
    '只在每个区间的第一次报告时评判，从 warmupSteps 算起。',
  'No pruning at a step that fewer complete trials reported.':
    '报告过该步的完成试验少于此数时，不在该步剪枝。',
  'The share of complete trials, in percent, that a trial must keep up with.':
    '一个试验必须跟上的完成试验的比例，以百分数计。',
  'A value below this ends the trial; absent: no limit.': '低于此值的试验被终止；省略：没有限制。',
  'A value above this ends the trial; absent: no limit.': '高于此值的试验被终止；省略：没有限制。',
  'A trial ends when the test gives a probability below this.':
    '检验给出的概率低于此值时试验被终止。',
  'No pruning before this many steps are common with the best trial; at least 2.':
    '与最佳试验共有的步数少于此数时不剪枝；至少 2。',
  'Steps before the first decision, if earlyStoppingRate is 0; auto: see there.':
    'earlyStoppingRate 为 0 时第一次决定之前的步数；auto：见文档。',
  'η: one in so many goes on, and each rung is so many times higher.':
    'η：每这么多个中有一个继续，且每一级高这么多倍。',
  's: how many rungs are left out at the bottom.': 's：底部省略的级数。',
  'The first so many trials in a rung end there, to fill it.':
    '每一级中最初这么多个试验在该级结束，以填满该级。',
  'r: steps before the first decision, if earlyStoppingRate is 0.':
    'r：earlyStoppingRate 为 0 时第一次决定之前的步数。',
  'R: steps of a full trial; auto: those of the longest complete trial.':
    'R：完整试验的步数；auto：最长的完成试验的步数。',
  'stop: a trial is judged once at each rung, when it arrives, and ends or goes on.':
    'stop：试验到达每一级时评判一次，随即结束或继续。',
  'Steps before the first decision in the boldest bracket.': '最大胆的分组中第一次决定之前的步数。',
  'optuna: exactly the brackets and decisions of Optuna.':
    'optuna：与 Optuna 完全相同的分组和决定。',
  'The pruner that judges stalled trials: its name and options. Absent: they end.':
    '评判停滞试验的剪枝器：其名称和选项。省略：停滞的试验直接结束。',
  'How many reports without progress are borne; one more must follow.':
    '容忍多少次没有进步的报告；之后还须再有一次。',
  'A loss against the earlier best up to this still counts as keeping up.':
    '比此前最佳差不超过此值仍算跟上。',
  'What trials are ranked by; absent: the goals of the study.':
    '试验按什么排名；省略：研究的目标。',
  'The share of complete trials, in percent, that may stand in better fronts.':
    '可位于更好前沿的完成试验的比例，以百分数计。',
  'Metric on the training data; the built-in tasks report trainLoss.':
    '训练数据上的指标；内置任务报告 trainLoss。',
  'Which way the training metric improves.': '训练指标朝哪个方向为改善。',
  'Reports since the best validation value before the trial ends.':
    '自最佳验证值以来报告多少次后试验结束。',
  'A loss against the best validation value up to this is borne.':
    '比最佳验证值差不超过此值可以容忍。',
  'Largest distance of validation behind training, if both are the same measure.':
    '验证落后于训练的最大差距（两者为同一度量时）。',
  'Metric, name and options of a pruner each.': '每项为一个剪枝器的指标、名称和选项。',
  'The metric that the rule judges.': '规则所评判的指标。',
  'Which way it improves; absent: that of the goal of this name.':
    '其改善方向；省略：同名目标的方向。',
  'Whether one rule is enough to end a trial, or all must agree.':
    '一条规则即可结束试验，还是须全部一致。',
}
