import type { SyntaxNode } from '@lezer/common'
import {
  ancestorOf,
  childrenOf,
  groupsOf,
  nodesBelow,
  type PythonLiteral,
  type PythonSource,
} from './python-source.ts'
import type { ScriptMetric } from './script-description.ts'

/** A value that a library prints while it trains. */
interface PrintedValue {
  readonly name: string
  readonly line: number
  /** The rows that it is measured on, as the library calls them. */
  readonly rows: string
  /** Null where the name says it. */
  readonly direction: ScriptMetric['direction'] | null
  readonly pattern: string
  /** The value that is printed last counts, not the best one. */
  readonly isLast: boolean
}

/** What libraries that train by themselves print of it. */
export interface LibraryPrints {
  readonly values: readonly PrintedValue[]
  /** The pattern of a metric that the script only names, as a callback that monitors it does; null where it is not printed. */
  readonly patternOf: (name: string) => string | null
  /** Whether such a library trains here, so that a metric that is neither printed nor logged is written nowhere. */
  readonly isTraining: boolean
}

const NUMBER = String.raw`(?<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)`

/** What Keras, XGBoost and LightGBM print in a script that trains with them. */
export function libraryPrints(source: PythonSource): LibraryPrints {
  const calls = [...nodesBelow(source.root)].filter(({ name }) => name === 'CallExpression')
  const keras = kerasPrints(source, calls)
  const boosting = boostingPrints(source, calls)
  return {
    values: [...keras.values, ...boosting.values],
    patternOf: name => keras.patternOf(name) ?? boosting.patternOf(name),
    isTraining: keras.isTraining || boosting.isTraining,
  }
}

/** Whether a call says nothing: `verbose=0`, `verbose_eval=False`. */
function isSilent(source: PythonSource, call: SyntaxNode, keyword: string): boolean {
  const { keywords } = source.argumentsOf(call)
  const value = source.literal(keywords.get(keyword))
  return value === 0 || value === false
}

// --- Keras: `12/12 - 1s - acc: 0.52 - loss: 0.74 - val_loss: 0.76`, with a bar or without.

function kerasPrints(source: PythonSource, calls: readonly SyntaxNode[]): LibraryPrints {
  const compile = calls.filter(call => {
    const { keywords, positional } = source.argumentsOf(call)
    return (
      source.calleeOf(call) === 'compile' &&
      (keywords.has('loss') || keywords.has('metrics') || positional.length > 1)
    )
  })
  const fits = calls.filter(call => /^fit(_generator)?$/.test(source.calleeOf(call) ?? ''))
  const loudFits = fits.filter(call => !isSilent(source, call, 'verbose'))
  const loudEvaluations = calls.filter(
    call => source.calleeOf(call) === 'evaluate' && !isSilent(source, call, 'verbose'),
  )
  const isTraining = compile.length > 0
  const hasValidation = /validation_(data|split|steps)\s*=/.test(source.text)
  const printsFits = isTraining && loudFits.length > 0
  const printsEvaluation = isTraining && loudEvaluations.length > 0 && !hasValidation
  const patternOf = (name: string): string | null => {
    if (!isTraining) return null
    if (name.startsWith('val_'))
      return printsFits && hasValidation ? `- ${labelPattern(name)}: ${NUMBER}` : null
    return printsFits || printsEvaluation
      ? wholePattern(name, printsFits && !printsEvaluation && isOneTraining(fits))
      : null
  }
  const values = compile.flatMap(call => {
    const { keywords } = source.argumentsOf(call)
    const names = [...kerasMetrics(source, keywords.get('metrics')), 'loss']
    return names.flatMap((name): readonly PrintedValue[] => {
      const printed = hasValidation ? `val_${name}` : name
      const pattern = patternOf(printed)
      if (pattern === null) return []
      const rows = hasValidation ? '' : printsEvaluation ? 'test' : 'train'
      const line = source.lineOf(call)
      return [{ name: printed, line, rows, direction: null, pattern, isLast: printsEvaluation }]
    })
  })
  return { values, patternOf, isTraining }
}

/** The line of all batches: `20/20 … - loss: 0.5`. Lines of a bar before it tell of a part of the epoch. */
function wholePattern(name: string, hasStep: boolean): string {
  const values = (sameCount: string): string =>
    String.raw`(?:^|\D)(\d+)\/${sameCount}\D.* - ${labelPattern(name)}: ${NUMBER}`
  // The step is the first group, so that the count is the second.
  return hasStep
    ? String.raw`^Epoch (?<step>\d+)\/\d+|${values(String.raw`\2`)}`
    : values(String.raw`\1`)
}

/** Keras counts metrics that have the same name: `mean_squared_error_1`. */
function labelPattern(name: string): string {
  return `${name.replace(/accuracy$/, 'acc(?:uracy)?')}(?:_\\d+)?`
}

/** The names that Keras prints for the metrics of `compile`. */
function kerasMetrics(source: PythonSource, list: SyntaxNode | undefined): readonly string[] {
  if (list === undefined) return []
  return groupsOf(list).flatMap(([item]) => {
    if (item === undefined) return []
    const text = source.literal(item)
    if (typeof text === 'string') return [text === 'acc' ? 'accuracy' : text]
    if (item.name !== 'CallExpression') return []
    const name = source.literal(source.argumentsOf(item).keywords.get('name'))
    if (typeof name === 'string') return [name]
    const words = source.calleeOf(item) ?? ''
    return [words.replaceAll(/([a-z\d])([A-Z])/g, '$1_$2').toLowerCase()]
  })
}

/** Whether a training happens once: a second one begins at the first step again. */
function isOneTraining(calls: readonly SyntaxNode[]): boolean {
  const [call] = calls
  if (call === undefined || calls.length > 1) return false
  return ancestorOf(call, ['ForStatement', 'WhileStatement', 'FunctionDefinition']) === null
}

// --- XGBoost: `[10]\ttrain-rmse:0.5\teval-rmse:0.6`; LightGBM: `[10]\tvalid_0's rmse: 0.5`.

/** What is measured where the script names no metric. */
const defaultMetrics: readonly (readonly [RegExp, string, string])[] = [
  [/binary:logi|XGBClassifier|XGBRFClassifier/, 'logloss', 'binary_logloss'],
  [/multi:soft/, 'mlogloss', 'multi_logloss'],
  [/["']binary["']|LGBMClassifier/, 'logloss', 'binary_logloss'],
  [/["']multiclass["']/, 'mlogloss', 'multi_logloss'],
  [/reg:squaredlogerror/, 'rmsle', 'l2'],
  [/reg:absoluteerror|["'](?:regression_l1|mae)["']/, 'mae', 'l1'],
]

/** Names that LightGBM prints for others. */
const lightgbmNames: Readonly<Record<string, string>> = {
  mse: 'l2',
  mean_squared_error: 'l2',
  mae: 'l1',
  mean_absolute_error: 'l1',
  root_mean_squared_error: 'rmse',
}

function boostingPrints(source: PythonSource, calls: readonly SyntaxNode[]): LibraryPrints {
  const isXgboost = /^\s*(?:import|from)\s+xgboost\b/m.test(source.text)
  const isLightgbm = /^\s*(?:import|from)\s+lightgbm\b/m.test(source.text)
  if (!isXgboost && !isLightgbm) return { values: [], patternOf: () => null, isTraining: false }
  const metric = boostingMetric(source, isXgboost && !isLightgbm)
  const trainings = calls.flatMap(call => {
    const rows = isXgboost ? xgboostRows(source, call) : null
    const lightRows = isLightgbm && rows === null ? lightgbmRows(source, call) : null
    if (rows !== null) return [{ call, label: `${rows}-`, rows, blank: '' }]
    return lightRows === null
      ? []
      : [{ call, label: `${lightRows}'s `, rows: lightRows, blank: ' ' }]
  })
  const evaluated = trainings.map(({ call }) => call)
  const [first] = trainings
  const pattern = (name: string): string | null => {
    if (first === undefined) return null
    const step = isOneTraining(evaluated) ? String.raw`(?<step>\d+)` : String.raw`\d+`
    const label = `${first.label}${name}:${first.blank}`.replaceAll(/[.*+?()[\]{}|^$\\/]/g, '\\$&')
    return String.raw`^\[${step}\].*\t${label}${NUMBER}`
  }
  const written = pattern(metric)
  if (first === undefined || written === null)
    return { values: [], patternOf: () => null, isTraining: true }
  // What the script prints by itself comes first: libraries are often given test rows here.
  const rows = /train/i.test(first.rows) ? 'train' : ''
  const direction = /auc|ndcg|map|precision/.test(metric) ? 'maximize' : 'minimize'
  const line = source.lineOf(first.call)
  return {
    values: [{ name: metric, line, rows, direction, pattern: written, isLast: false }],
    patternOf: name => pattern(name),
    isTraining: true,
  }
}

/** The metric that is printed: of `eval_metric` or `metric`, else what the objective stands for. */
function boostingMetric(source: PythonSource, isXgboost: boolean): string {
  const text = /["']?\b(?:eval_metric|metric)["']?\s*[=:]\s*[[({]?\s*["']([\w@.-]+)["']/.exec(
    source.text,
  )?.[1]
  if (text !== undefined)
    return isXgboost ? text : (new Map(Object.entries(lightgbmNames)).get(text) ?? text)
  const usual = defaultMetrics.find(([sign]) => sign.test(source.text))
  if (usual !== undefined) return isXgboost ? usual[1] : usual[2]
  return isXgboost ? 'rmse' : 'l2'
}

/** The rows whose value XGBoost prints last, as it calls them; null where the call prints none. */
function xgboostRows(source: PythonSource, call: SyntaxNode): string | null {
  const { keywords, positional } = source.argumentsOf(call)
  const callee = source.calleeOf(call)
  if (callee === 'fit') {
    const sets = keywords.get('eval_set')
    if (sets === undefined || isSilent(source, call, 'verbose')) return null
    const count = resolved(source, sets).name === 'ArrayExpression' ? countOf(source, sets) : 1
    return `validation_${Math.max(0, count - 1)}`
  }
  if (callee !== 'train' || isSilent(source, call, 'verbose_eval')) return null
  const sets = keywords.get('evals') ?? positional[3]
  if (sets === undefined) return null
  const names = groupsOf(resolved(source, sets)).flatMap(([item]) => {
    const name = item === undefined ? undefined : source.literal(groupsOf(item)[1]?.[0])
    return typeof name === 'string' ? [name] : []
  })
  return likeliest(names)
}

/** The rows whose value LightGBM prints last; null where the call prints none. */
function lightgbmRows(source: PythonSource, call: SyntaxNode): string | null {
  const { keywords } = source.argumentsOf(call)
  const callbacks = keywords.get('callbacks')
  const prints =
    (callbacks !== undefined &&
      /log_evaluation|print_evaluation|early_stopping/.test(
        source.textOf(resolved(source, callbacks)),
      )) ||
    keywords.has('verbose_eval')
  if (!prints) return null
  const callee = source.calleeOf(call)
  if (callee === 'fit') {
    if (keywords.has('eval_X')) return 'valid_0'
    const sets = keywords.get('eval_set')
    if (sets === undefined) return null
    const count = resolved(source, sets).name === 'ArrayExpression' ? countOf(source, sets) : 1
    return namesIn(source, keywords.get('eval_names')) ?? `valid_${Math.max(0, count - 1)}`
  }
  const sets = keywords.get('valid_sets')
  if (callee !== 'train' || sets === undefined) return null
  const count = resolved(source, sets).name === 'ArrayExpression' ? countOf(source, sets) : 1
  return namesIn(source, keywords.get('valid_names')) ?? `valid_${Math.max(0, count - 1)}`
}

function namesIn(source: PythonSource, list: SyntaxNode | undefined): string | null {
  const names: PythonLiteral | undefined =
    list === undefined ? undefined : source.literal(resolved(source, list))
  if (typeof names === 'string') return names
  if (!Array.isArray(names)) return null
  return likeliest(names.filter(name => typeof name === 'string'))
}

/** Of several names of rows, the one that tells of validation, else of a test; else the last. */
function likeliest(names: readonly string[]): string | null {
  return (
    names.find(name => /val|dev|holdout/i.test(name)) ??
    names.find(name => /test|eval/i.test(name)) ??
    names.at(-1) ??
    null
  )
}

function countOf(source: PythonSource, list: SyntaxNode): number {
  return groupsOf(resolved(source, list)).length
}

/** What a name is given: `watchlist = [(test, "eval")]`; the node itself where it is no name. */
function resolved(source: PythonSource, node: SyntaxNode): SyntaxNode {
  if (node.name !== 'VariableName') return node
  const name = source.textOf(node)
  for (const statement of nodesBelow(source.root)) {
    if (statement.name !== 'AssignStatement') continue
    const [target, , value] = childrenOf(statement)
    if (target !== undefined && value !== undefined && source.textOf(target) === name) return value
  }
  return node
}
