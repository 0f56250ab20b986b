import type { Language } from '../i18n/language.ts'
import type { VerificationSummary } from './verification-summary.ts'

const english = {
  studyChecked: (name: string, points: string) => `${name}: no problems. Search space: ${points}.`,
  infinitePoints: 'infinitely many points',
  points: (count: number) => `${count} points`,
  studyStarted: (name: string, database: string) => `Study "${name}" in ${database}`,
  studyResumed: (name: string, trials: number) => `Study "${name}" goes on after ${trials} trials.`,
  pausing: (running: number) =>
    `Pausing: ${running} running ${running === 1 ? 'trial ends' : 'trials end'} first. Ctrl-C again stops now.`,
  stopping: 'Stopping. Running trials run again on resume.',
  ended: (state: string, reason: string) => `${state}: ${reason}.`,
  resumeHint: (command: string) => `Resume: ${command}`,
  noBest: 'No trial is complete.',
  noFeasible: 'No complete trial has a number and keeps every constraint.',
  best: (number: number) => `Best trial: ${number}`,
  notTested: (reason: string) => `Not tested on the test split: ${reason}.`,
  bestStep: (step: number) => `best step ${step}`,
  ensemble: (trials: string) => `Averaged predictions of trials ${trials}:`,
  derivatives: (count: number) =>
    `gradient: ${count} derivatives, listed in the report and in exports`,
  database: 'Database',
  cpuEnergy: 'Energy of the processors',
  report: 'Report',
  written: (file: string) => `Written: ${file}`,
  whatIf: {
    simulation: 'A simulation: nothing was trained.',
    pruner: (name: string, stopped: number, trials: number, saved: string) =>
      `With the pruner ${name}, ${stopped} of ${trials} trials with a curve would have been stopped; ${saved} of the steps saved.`,
    best: (simulated: string, actual: string) =>
      `Best of those trained to the end: ${simulated}; of the study: ${actual}.`,
    unknown: (count: number) =>
      `${count} trials that the study stopped would have gone on; what they would have reached is unknown.`,
    surrogate: (trials: number, explained: string, runs: number) =>
      `On a forest fitted to ${trials} trials (it explains ${explained} of the variance of trials that it has not seen), ${runs} runs each; median and middle half of the best value so far:`,
    sampler: 'sampler',
    after: (trials: number) => `after ${trials}`,
  },
  retraining: (number: number) => `Training trial ${number} again …`,
  verified: ({ proposals, firstDifferent, whyNot, trainings, reasons }: VerificationSummary) => [
    `Proposals: ${proposals.identical} identical, ${proposals.different} different, ${proposals.byPerson} by a person, ${proposals.notReplayed} not replayed${whyNot === null ? '' : ` (${whyNot})`}.`,
    ...(firstDifferent === null
      ? []
      : [`The first different one is that of trial ${firstDifferent}.`]),
    ...trainings.map(
      ({ number, outcome, compared, largest, first }) =>
        `Trial ${number}: ${{ identical: 'identical', withinTolerance: 'within tolerance', different: 'different', nothingToCompare: 'nothing to compare' }[outcome]}, ${compared} values compared${first === null ? '' : `, largest relative difference ${largest}, first at ${first}`}.`,
    ),
    ...reasons.map(reason => `Possible reason: ${reason}.`),
  ],
  imported: (name: string, trials: number) => `Imported: ${name}, ${trials} trials.`,
  noWindow: {
    notInstalled:
      'No window: the package "electron" is not installed (get it with "npm ci"). The application opens as a page instead.',
    noRuntime:
      'No window: Electron\'s runtime is missing (get it with "npx install-electron", which downloads it from github.com). The application opens as a page instead.',
    notBuilt:
      'No window: the application is not built (build it with "npm run build"). It opens as a page instead.',
    noDisplay:
      'No window: no screen is attached to this session. The application opens as a page instead.',
  },
  windowFailed: (reason: string) =>
    `No window: Electron ended at once (${reason}). The application opens as a page instead.`,
  serving: (link: string) =>
    `Open once in a browser on this machine: ${link}\nEnter gives another link, Ctrl-C ends.`,
  noStudies: (database: string) => `No studies in ${database}.`,
  hintRun: 'Start one: tunewright run FILE',
  columns: {
    id: 'id',
    name: 'name',
    state: 'state',
    trials: 'trials',
    best: 'best',
    elapsed: 'elapsed',
    created: 'created',
    number: 'trial',
    value: 'value',
    parameters: 'parameters',
    reason: 'reason',
  },
  showing: (shown: number, total: number) => `showing ${shown} of ${total} trials`,
  conforms: (passed: number) => `passes all ${passed} checks`,
  nonConforming: (failed: number, cases: string) => `FAILS ${failed} checks: ${cases}`,
  speed: (mlp: string, cnn: string | null) =>
    `${mlp} ms per MLP step${cnn === null ? '' : `, ${cnn} ms per CNN step`}`,
  fasterByInstalling:
    'Faster: "tunewright engine install tensorflow" (some 280 MB to download; without a network: --from FILE.whl).',
  fasterByGpu:
    'Faster: "tunewright engine install tensorflow --gpu" (some 3.4 GB to download, 5.6 GB on disk; without a network: --from FILE.whl …).',
  noFasterEngine: "TensorFlow's wheels hold no library that works on this system without Python.",
  unavailable: (reason: string) => `not available: ${reason}`,
  unpacking: (file: string, percent: number) => `${percent} % ${file}`,
  checkingEngine: 'Unpacked. Checking its results …',
  engineInstalled: (version: string, folder: string, size: string) =>
    `Installed: TensorFlow ${version}, ${size}, in ${folder}`,
  engineGain: (mlp: string, cnn: string) =>
    `${mlp} times as fast as wasm per MLP step, ${cnn} times per CNN step.`,
  engineShips: 'comes with Tunewright',
  engineNotInstalled: 'not installed; install it with: tunewright engine install tensorflow',
  engineRemoved: 'Removed.',
  preview: {
    size: (rows: number, columns: number, bytes: number) =>
      `${rows} rows, ${columns} columns, ${bytes} bytes`,
    dialect: (delimiter: string, encoding: string | null, decimal: string | null) =>
      `Inferred or set: delimiter ${delimiter}, encoding ${encoding}, decimal sign ${decimal}`,
    binary: (format: string) => `Format: ${format}`,
    columns: ['column', 'read as', 'missing', 'different', 'first values'],
    readings: { number: 'number', category: 'category', nothing: 'left out' },
    time: 'time',
    many: '> 20',
    typingErrors: (name: string, count: number, value: string, line: number) =>
      `Column ${name}: ${count} values are no numbers, first ${JSON.stringify(value)} on line ${line}. Typing errors? List them in missing.`,
    change:
      'Otherwise, in the study file under data: delimiter, encoding, decimal, header, missing, numeric: [names], categorical: [names], ignore: [names].',
  },
  dataList: {
    none: 'No data set was read yet.',
    columns: ['data', 'kind', 'rows', 'classes', 'size', 'state', 'studies', 'last used'],
    states: {
      prepared: 'prepared',
      notPrepared: 'not prepared',
      missing: 'source missing',
      changed: 'source changed since',
    },
  },
  noUserCode: 'This study runs nothing but what comes with Tunewright; there is nothing to trust.',
  trusted: (command: string) => `Trusted: ${command}`,
  trustRevoked: (count: number): string =>
    count === 0 ? 'It was not trusted.' : 'No longer trusted.',
  trustQuestion: 'Trust this code and run it? (yes/no)',
  trustAnswers: ['y', 'yes'],
  noLog: 'This trial left no output.',
  attemptHeading: (attempt: number) => `── Attempt ${attempt} ──`,
  queuedTrials: (count: number, command: string) =>
    `Queued: ${count} ${count === 1 ? 'trial' : 'trials'}. Train: ${command}`,
  trialPaused: (number: number) => `Trial ${number} waits. It goes on with: tunewright unpause`,
  trialUnpaused: (number: number, study: string | null): string =>
    `Trial ${number} goes on ${study === null ? 'next' : `with: tunewright resume ${study}`}.`,
  checkpointColumns: { trial: 'trial', step: 'step', megabytes: 'MB', reason: 'why' },
  checkpointReasons: {
    inUse: 'the trial may go on',
    queued: 'a queued point goes on from it',
    search: 'the search may go on from it',
    best: 'among the best',
    pareto: 'in the Pareto set',
    latest: 'among the latest',
    unwanted: 'goes: nothing wants it',
    overBudget: 'goes: too large together',
  },
  checkpointTotal: (kept: string, budget: string) => `${kept} of ${budget} MB`,
}

export type CliTexts = typeof english

const chinese: CliTexts = {
  studyChecked: (name, points) => `${name}：没有问题。搜索空间：${points}。`,
  infinitePoints: '无穷多个点',
  points: count => `${count} 个点`,
  studyStarted: (name, database) => `研究“${name}”，数据库 ${database}`,
  studyResumed: (name, trials) => `研究“${name}”在 ${trials} 次试验之后继续。`,
  pausing: running => `正在暂停：先等 ${running} 个运行中的试验结束。再按 Ctrl-C 立即停止。`,
  stopping: '正在停止。运行中的试验将在继续时重新运行。',
  ended: (state, reason) => `${state}：${reason}。`,
  resumeHint: command => `继续：${command}`,
  noBest: '没有已完成的试验。',
  noFeasible: '没有已完成的试验得到数值并满足所有约束。',
  best: number => `最佳试验：${number}`,
  notTested: reason => `未能在测试集上评估：${reason}。`,
  bestStep: step => `最佳步 ${step}`,
  ensemble: trials => `试验 ${trials} 的平均预测：`,
  derivatives: count => `gradient：${count} 个导数，列于报告与导出文件`,
  database: '数据库',
  cpuEnergy: '处理器能耗',
  report: '报告',
  written: file => `已写入：${file}`,
  whatIf: {
    simulation: '这是模拟：没有进行任何训练。',
    pruner: (name, stopped, trials, saved) =>
      `使用剪枝器 ${name} 时，${trials} 个有曲线的试验中会停止 ${stopped} 个，节省 ${saved} 的步数。`,
    best: (simulated, actual) => `训练到底的试验中最好的：${simulated}；原研究：${actual}。`,
    unknown: count => `有 ${count} 个被原研究停止的试验会继续运行，其结果未知。`,
    surrogate: (trials, explained, runs) =>
      `在由 ${trials} 个试验拟合的随机森林上（可解释未见试验方差的 ${explained}），各运行 ${runs} 次；迄今最佳值的中位数与中间一半：`,
    sampler: '采样器',
    after: trials => `${trials} 个试验后`,
  },
  retraining: number => `正在重新训练试验 ${number} ……`,
  verified: ({ proposals, firstDifferent, whyNot, trainings, reasons }) => [
    `提议：${proposals.identical} 个相同，${proposals.different} 个不同，${proposals.byPerson} 个由人给出，${proposals.notReplayed} 个未重放${whyNot === null ? '' : `（${whyNot}）`}。`,
    ...(firstDifferent === null ? [] : [`第一个不同的是试验 ${firstDifferent} 的提议。`]),
    ...trainings.map(
      ({ number, outcome, compared, largest, first }) =>
        `试验 ${number}：${{ identical: '相同', withinTolerance: '在容差之内', different: '不同', nothingToCompare: '没有可比较的内容' }[outcome]}，比较了 ${compared} 个值${first === null ? '' : `，最大相对差 ${largest}，首次出现于 ${first}`}。`,
    ),
    ...reasons.map(reason => `可能的原因：${reason}。`),
  ],
  imported: (name, trials) => `已导入：${name}，${trials} 个试验。`,
  noWindow: {
    notInstalled: '没有窗口：未安装 electron 包（运行“npm ci”安装）。改为以网页打开。',
    noRuntime:
      '没有窗口：缺少 Electron 运行时（运行“npx install-electron”从 github.com 下载）。改为以网页打开。',
    notBuilt: '没有窗口：应用尚未构建（运行“npm run build”构建）。改为以网页打开。',
    noDisplay: '没有窗口：此会话没有屏幕。改为以网页打开。',
  },
  windowFailed: reason => `没有窗口：Electron 立即退出（${reason}）。改为以网页打开。`,
  serving: link =>
    `在本机浏览器中打开（仅可使用一次）：${link}\n按回车获得新链接，按 Ctrl-C 结束。`,
  noStudies: database => `${database} 中没有研究。`,
  hintRun: '开始一个研究：tunewright run FILE',
  columns: {
    id: '编号',
    name: '名称',
    state: '状态',
    trials: '试验数',
    best: '最佳',
    elapsed: '用时',
    created: '创建时间',
    number: '试验',
    value: '值',
    parameters: '参数',
    reason: '原因',
  },
  showing: (shown, total) => `显示 ${shown} / ${total} 个试验`,
  conforms: passed => `通过全部 ${passed} 项检查`,
  nonConforming: (failed, cases) => `${failed} 项检查未通过：${cases}`,
  speed: (mlp, cnn) => `每个 MLP 步 ${mlp} 毫秒${cnn === null ? '' : `，每个 CNN 步 ${cnn} 毫秒`}`,
  fasterByInstalling:
    '可以更快：运行 “tunewright engine install tensorflow”（需下载约 280 MB；无网络时使用 --from FILE.whl）。',
  fasterByGpu:
    '可以更快：运行 “tunewright engine install tensorflow --gpu”（需下载约 3.4 GB，占用磁盘 5.6 GB；无网络时使用 --from FILE.whl …）。',
  noFasterEngine: 'TensorFlow 的 wheel 中没有可在此系统上脱离 Python 使用的库。',
  unavailable: reason => `不可用：${reason}`,
  unpacking: (file, percent) => `${percent} % ${file}`,
  checkingEngine: '解包完成。正在检查计算结果……',
  engineInstalled: (version, folder, size) =>
    `已安装：TensorFlow ${version}，${size}，位于 ${folder}`,
  engineGain: (mlp, cnn) => `每个 MLP 步的速度是 wasm 的 ${mlp} 倍，每个 CNN 步为 ${cnn} 倍。`,
  engineShips: '随 Tunewright 提供',
  engineNotInstalled: '未安装；安装命令：tunewright engine install tensorflow',
  engineRemoved: '已移除。',
  preview: {
    size: (rows, columns, bytes) => `${rows} 行，${columns} 列，${bytes} 字节`,
    dialect: (delimiter, encoding, decimal) =>
      `推断或设定：分隔符 ${delimiter}，编码 ${encoding}，小数点 ${decimal}`,
    binary: format => `格式：${format}`,
    columns: ['列', '读作', '缺失', '不同值', '前几个值'],
    readings: { number: '数字', category: '类别', nothing: '不使用' },
    time: '时间',
    many: '> 20',
    typingErrors: (name, count, value, line) =>
      `列 ${name}：有 ${count} 个值不是数字，第一个是第 ${line} 行的 ${JSON.stringify(value)}。若是录入错误，请列入 missing。`,
    change:
      '如需更改，请在研究文件的 data 下设置：delimiter、encoding、decimal、header、missing、numeric: [列名]、categorical: [列名]、ignore: [列名]。',
  },
  dataList: {
    none: '还没有读取过数据集。',
    columns: ['数据', '种类', '行数', '类别数', '大小', '状态', '研究', '最近使用'],
    states: {
      prepared: '已准备',
      notPrepared: '未准备',
      missing: '来源缺失',
      changed: '来源已改变',
    },
  },
  noUserCode: '此研究只运行 Tunewright 自带的内容，没有需要信任的代码。',
  trusted: command => `已信任：${command}`,
  trustRevoked: count => (count === 0 ? '之前并未信任。' : '已不再信任。'),
  trustQuestion: '信任此代码并运行？（yes/no）',
  trustAnswers: ['y', 'yes', '是'],
  noLog: '此试验没有留下输出。',
  attemptHeading: attempt => `── 第 ${attempt} 次尝试 ──`,
  queuedTrials: (count, command) => `已排队：${count} 个试验。开始训练：${command}`,
  trialPaused: number => `试验 ${number} 已暂停。继续：tunewright unpause`,
  trialUnpaused: (number, study) =>
    study === null
      ? `接下来继续试验 ${number}。`
      : `试验 ${number} 将继续：tunewright resume ${study}`,
  checkpointColumns: { trial: '试验', step: '步', megabytes: 'MB', reason: '原因' },
  checkpointReasons: {
    inUse: '试验可能继续',
    queued: '待试点将从此继续',
    search: '搜索可能从此继续',
    best: '属于最佳',
    pareto: '属于帕累托集',
    latest: '属于最近',
    unwanted: '将删除：无需保留',
    overBudget: '将删除：总量过大',
  },
  checkpointTotal: (kept, budget) => `${kept} / ${budget} MB`,
}

export const cliTexts: Readonly<Record<Language, CliTexts>> = { en: english, 'zh-CN': chinese }
