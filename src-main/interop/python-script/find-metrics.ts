import type { SyntaxNode } from '@lezer/common'
import { msg } from '../../core/errors/message.ts'
import {
  childrenOf,
  groupsOf,
  nodesBelow,
  type PythonLiteral,
  type PythonSource,
} from './python-source.ts'
import { libraryPrints } from './library-prints.ts'
import type { ScriptMetric, ScriptSetting } from './script-description.ts'

type Direction = ScriptMetric['direction']

type MetricReason = 'monitored' | 'selected' | 'validation' | 'test' | 'printed'

interface Candidate {
  readonly name: string
  readonly line: number
  readonly output: ScriptMetric['output']
  readonly pattern: string | null
  /** What else tells of it: the name of the variable that is printed. */
  readonly hint: string
  readonly direction: Direction | null
  readonly isMonitored: boolean
  /** The value that is printed last counts; left out where the best one does. */
  readonly isLast?: boolean
}

/** Callbacks and functions that write what a training library knows to a log. */
const logsOfLibraries =
  /\b(?:CSVLogger|TensorBoard|Wandb\w*|WandbMetricsLogger|MlflowCallback|MLflowCallback|autolog|TensorBoardCallback|log_metrics?|add_scalars?)\s*\(/

const maximized =
  /(^|_)(acc|accuracy|accuracies|auc|auroc|roc_auc|f1|f_1|f1_score|fscore|precision|recall|map|map50|m_ap\w*|ap|iou|miou|m_io_u|io_u|dice|psnr|ssim|bleu|rouge\w*|reward|rewards|return|returns|episodic_return|score|scores|r2|r_2|top_?[15]|acc[15]|hits\w*|ndcg|mrr|kappa|mcc|sensitivity|specificity|win_rate|success(_rate)?|correct|correlation|pearson|spearman|elo|d4rl\w*|normalized_score)(_|$|\d)/
const minimized =
  /(^|_)(loss|losses|error|errors|err|mse|rmse|mae|rmsle|logloss|log_loss|ppl|perplexity|bpc|bpb|bpd|nll|fid|wer|cer|kl|elbo|rmses|mape|deviance|cost|distance|mean_squared_error|mean_absolute_error|cross_entropy|objective|crit)(_|$|\d)/
const notMetric =
  /(^|_)(lr|learning_rate|epoch|step|time|sec|eta|batch|iter|size|fps|speed|mem|memory|seed|path|file|device|param|params|num|count|shape|total|sps|loss_scale|alpha|fn|function|weight)(_|$)/

/** Precision as a format of numbers: `mixed_precision`, `half_precision_backend`, `precision_plugin`. */
const numberFormat =
  /(^|_)((half|full|mixed|single|double|reduced|float|floating(_point)?|fp|bf16|amp|matmul|float32_matmul|numeric|numerical|training|compute|hardware|machine|cuda|gpu|tpu|decimal|print)\d*_precision|precision_(backend|mode|type|dtype|plugin|policy|level|format|bits))(?=_|$)/g

/** What a metric of this name is wanted to be; null where the name does not say. */
function metricDirection(name: string): Direction | null {
  const words = wordsOf(name).replaceAll(numberFormat, '')
  if (minimized.test(words)) return 'minimize'
  if (maximized.test(words)) return 'maximize'
  return null
}

/** What libraries judge a model by themselves: mean average precision of Ultralytics. */
const judgedByLibraries = /^metrics\/mAP50-95/

/**
 * Whether a logged metric may be the goal of a study, told by its name alone.
 * @returns null where the name says no direction; of two metrics the one with the higher rank is the likelier goal
 */
export function judgeMetric(
  name: string,
): { readonly direction: Direction; readonly rank: number } | null {
  const direction = metricDirection(name)
  if (direction === null) return null
  const words = wordsOf(name)
  const rank =
    (judgedByLibraries.test(name) ? 100 : 0) +
    splitScore(words) * 10 +
    (direction === 'maximize' ? 4 : 0) -
    (/best/.test(words) ? 2 : 0)
  return { direction, rank }
}

function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '_')
}

/** Metrics that a script prints or logs, the likeliest to select a model by first. */
export function findMetrics(
  source: PythonSource,
  settings: readonly ScriptSetting[],
): readonly ScriptMetric[] {
  const prints = libraryPrints(source)
  const isLogged = logsOfLibraries.test(source.text)
  const printed = prints.values.map(
    ({ name, line, rows, direction, pattern, isLast }): Candidate => ({
      ...logged(name, line, rows),
      output: 'library',
      pattern,
      direction,
      isLast,
    }),
  )
  const candidates = [
    ...configCandidates(settings),
    ...callCandidates(source),
    ...printed,
    ...libraryCandidates(source),
    ...returnedMetrics(source),
  ].flatMap((candidate): readonly Candidate[] => {
    const isNamedOnly =
      candidate.pattern === null && (candidate.isMonitored || candidate.output === 'library')
    if (!prints.isTraining || !isNamedOnly) return [candidate]
    const pattern = prints.patternOf(candidate.name)
    if (pattern !== null) return [{ ...candidate, output: 'library', pattern }]
    // Nothing writes it, so that no trial would have a value.
    return isLogged ? [candidate] : []
  })
  const comparisons = selections(source)
  const scored = candidates.flatMap((candidate, index) => {
    const selection = comparisons.find(({ words }) => sameMetric(candidate, words))
    const words = `${wordsOf(candidate.name)}`
    const direction =
      candidate.direction ??
      metricDirection(candidate.name) ??
      metricDirection(candidate.hint) ??
      selection?.direction ??
      null
    if (direction === null) return []
    if (!candidate.isMonitored && notMetric.test(words) && metricDirection(candidate.name) === null)
      return []
    const split = splitScore(`${words}_${wordsOf(candidate.hint)}`)
    const rank =
      (candidate.isMonitored ? 100 : 0) +
      (selection === undefined ? 0 : 20) +
      split * 10 +
      (maximized.test(words) || direction === 'maximize' ? 4 : 0) +
      (candidate.output === 'printed' ? 1 : 0) +
      (/normali[sz]ed/.test(`${words}_${wordsOf(candidate.hint)}`) ? 0.5 : 0) +
      (/best/.test(words) ? -2 : 0) -
      index / 1000
    const code: MetricReason = candidate.isMonitored
      ? 'monitored'
      : selection !== undefined
        ? 'selected'
        : split > 1
          ? 'validation'
          : split > 0
            ? 'test'
            : 'printed'
    return [{ candidate, rank, direction, code }]
  })
  scored.sort((left, right) => right.rank - left.rank)
  const names = new Set<string>()
  return scored.flatMap(({ candidate, direction, code }) => {
    if (names.has(candidate.name)) return []
    names.add(candidate.name)
    const { name, line, output, pattern, isLast = false } = candidate
    return [
      {
        name,
        isLast,
        direction,
        file: '',
        line,
        output,
        pattern,
        reason: msg(`script.metric.${code}`, { name }),
      },
    ]
  })
}

function splitScore(words: string): number {
  if (/(^|_)(val|valid|validation|dev|cv|cross_validation|held_?out|holdout)(_|$)/.test(words))
    return 3
  if (/(^|_)(test|eval|evaluation)(_|$)/.test(words)) return 2
  if (/(^|_)(train|training|tr)(_|$)/.test(words)) return 0
  return 1
}

function sameMetric({ name, hint }: Candidate, words: readonly string[]): boolean {
  const all = [wordsOf(name), wordsOf(hint), ...hint.split(' ').map(wordsOf)].map(text =>
    text.replaceAll(/^_|_$/g, ''),
  )
  return words.some(word => all.includes(word))
}

/** `if val_acc > best_acc`: what a script selects its model by. */
function selections(
  source: PythonSource,
): readonly { words: readonly string[]; direction: Direction }[] {
  const results: { words: readonly string[]; direction: Direction }[] = []
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'BinaryExpression') continue
    const [left, operator, right] = childrenOf(node)
    if (left === undefined || operator?.name !== 'CompareOp' || right === undefined) continue
    const sign = source.textOf(operator)
    if (!/^[<>]=?$/.test(sign)) continue
    const texts = [source.textOf(left), source.textOf(right)]
    const bestAt = texts.findIndex(text =>
      /best|lowest|highest|min_val|max_val|_min$|_max$|stored_loss/i.test(text),
    )
    if (bestAt === -1) continue
    const metric = texts[1 - bestAt] ?? ''
    const isGreater = sign.startsWith('>') === (bestAt === 1)
    const last = wordsOf(/([A-Za-z_]\w*)(?:\(\))?["'\]]*$/.exec(metric)?.[1] ?? metric)
    results.push({
      words: [last.replaceAll(/^_|_$/g, ''), wordsOf(metric).replaceAll(/^_|_$/g, '')],
      direction: isGreater ? 'maximize' : 'minimize',
    })
  }
  return results
}

function configCandidates(settings: readonly ScriptSetting[]): readonly Candidate[] {
  return settings.flatMap(({ name, value: written, line, location }): readonly Candidate[] => {
    const value = Array.isArray(written) ? (written as readonly PythonLiteral[])[0] : written
    // What boosting libraries print in every round.
    if (/^(metric|eval_metric)$/.test(name) && location.includes('[') && typeof value === 'string')
      return [{ ...logged(value, line), output: 'library' as const }]
    if (!/^(monitor|metric_for_best_model|optimized_metric|monitor_metric|eval_metric)$/.test(name))
      return []
    if (typeof value !== 'string' || value === 'off') return []
    const [, mode, metric = value] = /^(min|max)\s+(.+)$/.exec(value) ?? []
    const direction = mode === undefined ? null : mode === 'min' ? 'minimize' : 'maximize'
    return [{ ...logged(metric, line), direction, isMonitored: true }]
  })
}

function logged(name: string, line: number, hint = ''): Candidate {
  return { name, line, hint, output: 'logged', pattern: null, direction: null, isMonitored: false }
}

const scalarLoggers =
  /(^|\.)(add_scalar|add_scalars|log_metric|log_scalar|scalar|log_value|scalar_summary|logkv|record_tabular|log_tabular|record|report_scalar|record_mean|write_scalars?|self\.log)$|^self\.log$|(^|\.)track$/
const mappingLoggers =
  /(^|\.)(log|log_metrics|log_dict|set_postfix|write_scalars|update|logkvs|add_scalars|report|write|dumpkvs|summary|append)$/
const printers =
  /(^|\.)(print|info|write|set_description|set_description_str|set_postfix_str|progress_bar|log|print_log|log_info|debug|echo|warning|print_and_log|print0|logger|logging|master_print)$|^(print|logging|print0|log)$/

/** Functions of the script that print what they are given, such as `def log_string(text): file.write(text)`. */
function printingFunctions(source: PythonSource): ReadonlySet<string> {
  const names = new Set<string>()
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'FunctionDefinition') continue
    const parameters = (node.getChild('ParamList')?.getChildren('VariableName') ?? []).map(name =>
      source.textOf(name),
    )
    const body = node.getChild('Body')
    if (body === null) continue
    for (const call of nodesBelow(body)) {
      if (call.name !== 'CallExpression' || call.firstChild === null) continue
      if (!printers.test(source.textOf(call.firstChild))) continue
      const list = call.getChild('ArgList')
      const words = list === null ? [] : source.textOf(list).match(/[A-Za-z_]\w*/g)
      // A text of its own is no hint that the function prints what others say.
      const isOwn =
        list?.getChild('FormatString') !== null && list?.getChild('FormatString') !== undefined
      if (!isOwn && words?.some(word => parameters.includes(word)) === true)
        names.add(source.textOf(node.getChild('VariableName') ?? node))
    }
  }
  return names
}

function callCandidates(source: PythonSource): readonly Candidate[] {
  const results: Candidate[] = []
  const ownPrinters = printingFunctions(source)
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'CallExpression') continue
    const callee = node.firstChild
    if (callee === null) continue
    const name = source.textOf(callee).replaceAll(/\s/g, '')
    const line = source.lineOf(node)
    const { positional, keywords } = source.argumentsOf(node)
    const monitor = source.literal(keywords.get('monitor') ?? keywords.get('metric_for_best_model'))
    if (typeof monitor === 'string') {
      const mode = source.literal(keywords.get('mode'))
      const greater = source.literal(keywords.get('greater_is_better'))
      const direction =
        mode === 'min' || greater === false
          ? 'minimize'
          : mode === 'max' || greater === true
            ? 'maximize'
            : null
      results.push({ ...logged(monitor, line), direction, isMonitored: true, output: 'library' })
    }
    if (scalarLoggers.test(name)) {
      const tag = textParts(source, positional[0] ?? keywords.get('name') ?? keywords.get('tag'))
      const label = tag?.map(part => part.text ?? '').join('') ?? ''
      if (label !== '')
        results.push(
          logged(label, line, positional[1] ? lastWord(source.textOf(positional[1])) : ''),
        )
    }
    if (mappingLoggers.test(name)) {
      for (const argument of [...positional, ...unpackedIn(source, node)])
        for (const entry of mappingEntries(source, argument)) results.push(entry)
      if (/set_postfix$|^log$|^log_metrics$/.test(name))
        for (const [key, value] of keywords)
          results.push(logged(key, line, lastWord(source.textOf(value))))
    }
    if (printers.test(name) || ownPrinters.has(name.split('.').at(-1) ?? name)) {
      results.push(...printedIn(source, node))
      // A dictionary that is logged is logged; a logger of texts writes it as a text.
      if (!mappingLoggers.test(name))
        for (const argument of positional) results.push(...printedEntries(source, argument))
    }
  }
  return results
}

/** Entries of a dictionary that is logged. */
function mappingEntries(source: PythonSource, written: SyntaxNode): readonly Candidate[] {
  const node = written.name === 'VariableName' ? dictionaryOf(source, written) : written
  if (node.name !== 'DictionaryExpression') return []
  return groupsOf(node).flatMap(([key, , value]) => {
    const parts = textParts(source, key)
    const label = parts?.map(part => part.text ?? '').join('') ?? ''
    if (label === '' || key === undefined) return []
    return [
      logged(label, source.lineOf(key), value === undefined ? '' : lastWord(source.textOf(value))),
    ]
  })
}

/** `**logs` of a call. */
function unpackedIn(source: PythonSource, call: SyntaxNode): readonly SyntaxNode[] {
  return groupsOf(call.getChild('ArgList')).flatMap(([sign, value]) =>
    sign !== undefined && source.textOf(sign) === '**' && value !== undefined ? [value] : [],
  )
}

/** The dictionary that is given a name: `logs = {"loss": loss}`. */
function dictionaryOf(source: PythonSource, name: SyntaxNode): SyntaxNode {
  const text = source.textOf(name)
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'AssignStatement') continue
    const [target, , value] = childrenOf(node)
    if (
      target !== undefined &&
      value?.name === 'DictionaryExpression' &&
      source.textOf(target) === text
    )
      return value
  }
  return name
}

/** `print({"accuracy": accuracy})` */
function printedEntries(source: PythonSource, node: SyntaxNode): readonly Candidate[] {
  return mappingEntries(source, node).map(entry => ({
    ...entry,
    output: 'printed',
    pattern: String.raw`["']${escapeText(entry.name)}["']:\s*["']?(?<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)`,
  }))
}

/** `return {"accuracy": …}` of the function that a trainer computes metrics with: it logs them with `eval_` before. */
function returnedMetrics(source: PythonSource): readonly Candidate[] {
  const results: Candidate[] = []
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'FunctionDefinition') continue
    const name = source.textOf(node.getChild('VariableName') ?? node)
    const isTrainer = new RegExp(String.raw`compute_metrics\s*=\s*${name}\b`).test(source.text)
    if (!isTrainer) continue
    for (const part of nodesBelow(node)) {
      if (part.name === 'DictionaryExpression')
        for (const entry of mappingEntries(source, part))
          results.push({ ...entry, name: `eval_${entry.name}`, output: 'library' })
    }
  }
  return results
}

function lastWord(text: string): string {
  // results["map50"]
  const [, object, key] =
    /([A-Za-z_]\w*)\[["']([\w./-]+)["']\](?:\.item\(\))?$/.exec(text.trim()) ?? []
  if (object !== undefined && key !== undefined) return `${object}_${key}`
  return (
    /([A-Za-z_]\w*)(?:\.(?:item|avg|mean|result|data|cpu|numpy|detach|global_avg|value)\b(?:\(\))?(?:\[0\])?|\[[^\]]*\]|\(\)|\s*\/\s*\w+(?:\([^)]*\))?|\s*\*\s*[\d.]+)*$/.exec(
      text.trim(),
    )?.[1] ?? ''
  )
}

interface TextPart {
  /** Null for a value. */
  readonly text: string | null
  readonly value: string
  readonly from: number
}

/** A text with its values, whether it is written as an f-string, with `%` or with `.format`. */
function textParts(source: PythonSource, node: SyntaxNode | undefined): readonly TextPart[] | null {
  if (node === undefined) return null
  if (node.name === 'String' || node.name === 'ContinuedString') {
    if (node.name === 'ContinuedString')
      return childrenOf(node).flatMap(part => textParts(source, part) ?? [])
    const text = source.literal(node)
    return typeof text === 'string' ? [{ text, value: '', from: node.from }] : null
  }
  if (node.name === 'FormatString') {
    const parts: TextPart[] = []
    const prefix = /^[A-Za-z]*("""|'''|"|')/.exec(source.textOf(node))?.[0].length ?? 2
    const quote = prefix > 3 ? 3 : 1
    let at = node.from + prefix
    for (const replacement of node.getChildren('FormatReplacement')) {
      parts.push({ text: source.text.slice(at, replacement.from), value: '', from: at })
      const value = childrenOf(replacement)[1]
      const isFormatted =
        replacement.getChild('FormatSpec') !== null ||
        replacement.getChild('FormatSelfDoc') !== null
      const written = value === undefined ? '' : source.textOf(value)
      if (replacement.getChild('FormatSelfDoc') !== null)
        parts.push({ text: `${written}=`, value: '', from: replacement.from })
      parts.push({
        text: null,
        value: isFormatted || written !== '' ? written : '',
        from: replacement.from,
      })
      at = replacement.to
    }
    parts.push({ text: source.text.slice(at, node.to - quote), value: '', from: at })
    return parts
  }
  if (node.name === 'BinaryExpression') {
    const [left, operator, right] = childrenOf(node)
    if (left === undefined || operator === undefined || right === undefined) return null
    if (source.textOf(operator) === '%') {
      const values =
        right.name === 'TupleExpression'
          ? groupsOf(right).map(([value]) => value && source.textOf(value))
          : [source.textOf(right)]
      return fillParts(source, left, /%[-+ 0#]*[\d*]*(?:\.\d+)?[sdifgGeErxu]/, values)
    }
    if (source.textOf(operator) === '+') {
      const parts = [left, right].flatMap(
        part =>
          textParts(source, part) ?? [{ text: null, value: source.textOf(part), from: part.from }],
      )
      return parts
    }
  }
  if (node.name === 'CallExpression' && source.calleeOf(node) === 'format') {
    const text = node.firstChild?.firstChild ?? undefined
    const { positional, keywords } = source.argumentsOf(node)
    const values = [...positional, ...keywords.values()].map(value => source.textOf(value))
    return text === undefined ? null : fillParts(source, text, /\{[^{}]*\}/, values)
  }
  if (node.name === 'ParenthesizedExpression') return textParts(source, childrenOf(node)[1])
  return null
}

function fillParts(
  source: PythonSource,
  node: SyntaxNode,
  blank: RegExp,
  values: readonly (string | undefined)[],
): readonly TextPart[] | null {
  const text = textParts(source, node)
    ?.map(part => part.text ?? '')
    .join('')
  if (text === undefined) return null
  const parts: TextPart[] = []
  const blanks = text.match(new RegExp(blank, 'g')) ?? []
  text.split(new RegExp(blank, 'g')).forEach((piece, index, pieces) => {
    parts.push({ text: piece, value: '', from: node.from })
    if (index < pieces.length - 1)
      parts.push({
        text: null,
        value: /^\{([A-Za-z_][\w.]*)/.exec(blanks[index] ?? '')?.[1] ?? values[index] ?? '',
        from: node.from,
      })
  })
  return parts
}

/** Values that a print shows, with the words before each. */
function printedIn(source: PythonSource, call: SyntaxNode): readonly Candidate[] {
  const { positional } = source.argumentsOf(call)
  const isPrint = source.calleeOf(call) !== 'log' && positional.length > 1
  const first = positional[0] === undefined ? null : textParts(source, positional[0])
  const parts: TextPart[] = positional.flatMap((argument, index) => {
    const texts = index === 0 ? first : textParts(source, argument)
    if (texts !== null) {
      const hasBlank = /%[\d.]*[sdfge]/.test(texts.at(0)?.text ?? '')
      if (isPrint && hasBlank && index === 0 && texts.length === 1)
        return (
          fillParts(
            source,
            argument,
            /%[-+ 0#]*[\d*]*(?:\.\d+)?[sdifgGeErxu]/,
            positional.slice(1).map(value => source.textOf(value)),
          ) ?? []
        )
      return texts
    }
    return [{ text: null, value: source.textOf(argument), from: argument.from }]
  })
  const results: Candidate[] = []
  const stepAt = stepPart(source, call, parts)
  let context = ''
  parts.forEach(({ text, value, from }, index) => {
    if (text !== null) {
      context = text
      return
    }
    const before = parts[index - 1]?.text ?? context
    const label = labelOf(before)
    const hint = lastWord(value)
    const name =
      metricDirection(label) !== null || splitScore(wordsOf(label)) !== 1
        ? label
        : metricDirection(hint) !== null
          ? hint
          : label
    if (name === '' || /^\d/.test(name)) return
    const written = value === '' ? call : (nodeAt(source, from) ?? call)
    // Blanks that widths such as {loss:8.3f} and the arguments of a print add.
    const numbers = String.raw`\s*(?<value>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|inf)`
    const fixedText =
      before
        .split(/\n|\||\\[nrt]/)
        .at(-1)
        ?.trimStart() ?? ''
    const step = stepAt !== -1 && stepAt < index ? stepPattern(parts, stepAt, index) : ''
    results.push({
      name,
      line: source.lineOf(written),
      hint: `${hint} ${label}`,
      output: 'printed',
      pattern: fixedText.trim() === '' ? null : step + escapeText(fixedText) + numbers,
      direction: null,
      isMonitored: false,
    })
  })
  return results
}

const counter = /(?:^|_)(?:epochs?|steps?|iter|iterations?|rounds?|ep)(?:_|$)/
/** Folds and repetitions begin at the first step again, which would be left out. */
const beginsAgain = /\b(?:k?folds?|n_splits|n_repeats|restarts?)\b/i

/**
 * Which value of a print names the step: the variable of the one loop that the print is in, or an epoch that its function is given.
 * @returns its place among the parts; -1 where none does, and where the step could fall or stand for many lines
 */
function stepPart(source: PythonSource, call: SyntaxNode, parts: readonly TextPart[]): number {
  if (beginsAgain.test(source.text)) return -1
  const loops: SyntaxNode[] = []
  let scope: SyntaxNode | null = call.parent
  for (; scope !== null && scope.name !== 'FunctionDefinition'; scope = scope.parent) {
    if (scope.name === 'WhileStatement') return -1
    if (scope.name === 'ForStatement') loops.push(scope)
  }
  const [loop] = loops
  if (loops.length > 1) return -1
  const names = (
    loop !== undefined
      ? namesBefore(source, loop, 'in')
      : (scope?.getChild('ParamList')?.getChildren('VariableName') ?? []).map(node =>
          source.textOf(node),
        )
  ).filter(name => counter.test(wordsOf(name)))
  return parts.findIndex(
    ({ text, value }, index) =>
      text === null &&
      // Its words say that it counts; a remainder or a share of it does not rise with it.
      counter.test(wordsOf(labelOf(parts[index - 1]?.text ?? ''))) &&
      names.some(name => new RegExp(String.raw`^${name}(?:\s*\+\s*1)?$`).test(value.trim())),
  )
}

/** The variables of a loop. */
function namesBefore(source: PythonSource, node: SyntaxNode, word: string): readonly string[] {
  const names: string[] = []
  for (const child of childrenOf(node)) {
    if (source.textOf(child) === word) break
    names.push(...(source.textOf(child).match(/[A-Za-z_]\w*/g) ?? []))
  }
  return names
}

/** The words before a step, the step, and what stands between it and a value; empty where they are on other lines. */
function stepPattern(parts: readonly TextPart[], stepAt: number, valueAt: number): string {
  const between = parts.slice(stepAt + 1, valueAt).map(({ text }) => text ?? '')
  if (between.some(text => /\n|\\n/.test(text))) return ''
  const label = labelOf(parts[stepAt - 1]?.text ?? '')
  return String.raw`${escapeText(label)}\W*(?<step>\d+).*?`
}

function nodeAt(source: PythonSource, position: number): SyntaxNode | null {
  return source.root.resolveInner(position, 1)
}

function escapeText(text: string): string {
  return text
    .replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)
    .replaceAll(/\s+/g, String.raw`\s+`)
}

/** The words right before a value: `Test Accuracy` of `Epoch 3 | Test Accuracy: `. */
function labelOf(text: string): string {
  const last =
    text
      .replaceAll(/\\[nrt]/g, '\n')
      .split(/[\n|,;\t]|\s{3,}/)
      .map(piece => piece.trim())
      .filter(Boolean)
      .at(-1) ?? ''
  return last
    .replaceAll(/^[^\p{L}\p{N}]+|[\s:=([{<@→>-]+$/gu, '')
    .replaceAll(/\s+is$/g, '')
    .replace(/^.*?:\s+(?=\S)/, '')
    .trim()
}

/** Metrics that libraries write by themselves. */
function libraryCandidates(source: PythonSource): readonly Candidate[] {
  const results: Candidate[] = []
  const { text } = source
  // Averages of a metric logger, by a prefix: {f'train_{k}': v for k, v in stats.items()}.
  for (const match of text.matchAll(/f["'](train|val|valid|test|eval)_\{\w+\}/g)) {
    const line = text.slice(0, match.index).split('\n').length
    results.push({ ...logged(`${match[1] ?? ''}_loss`, line), output: 'library' })
  }
  const hasValidation = /validation_(data|split|steps)\s*=/.test(text)
  for (const node of nodesBelow(source.root)) {
    if (node.name !== 'CallExpression') continue
    const callee = source.calleeOf(node)
    const line = source.lineOf(node)
    const { keywords } = source.argumentsOf(node)
    if (callee === 'compile' && (keywords.has('loss') || keywords.has('metrics'))) {
      const metrics = source.literal(keywords.get('metrics'))
      const listed: readonly PythonLiteral[] = Array.isArray(metrics) ? metrics : []
      for (const metric of [...listed, 'loss']) {
        if (typeof metric !== 'string') continue
        const name = metric === 'acc' ? 'accuracy' : metric
        const isValidated = hasValidation
        results.push({ ...logged(isValidated ? `val_${name}` : name, line), output: 'library' })
      }
    }
    if (callee === 'train' && /\bYOLO\s*\(|ultralytics/.test(text)) {
      results.push({
        ...logged('metrics/mAP50-95(B)', line),
        direction: 'maximize',
        isMonitored: true,
        output: 'library',
      })
    }
    if (
      /TrainingArguments$|^(SFT|DPO|GRPO)Config$|^\w*Trainer$/.test(callee ?? '') &&
      /transformers|trl/.test(text)
    ) {
      const hasEvaluation = /eval_strategy|evaluation_strategy|do_eval/.test(text)
      const isTrainer = /Trainer$/.test(callee ?? '')
      if (isTrainer)
        results.push({ ...logged(hasEvaluation ? 'eval_loss' : 'loss', line), output: 'library' })
    }
  }
  return results
}
