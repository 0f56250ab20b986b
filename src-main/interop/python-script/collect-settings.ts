import type { SyntaxNode } from '@lezer/common'
import { ownValue } from '../../core/values/named-values.ts'
import { msg } from '../../core/errors/message.ts'
import { isCommonName } from './hyperparameter-knowledge.ts'
import {
  ancestorOf,
  childrenOf,
  groupsOf,
  nodesBelow,
  type PythonLiteral,
  type PythonSource,
} from './python-source.ts'
import type { ScriptSetting, SettingKind, UnreadPart } from './script-description.ts'
import { Subcommands } from './subcommands.ts'

/** What a Python file sets, before anything is proposed for it. */
export interface CollectedSettings {
  readonly settings: readonly ScriptSetting[]
  readonly unread: readonly UnreadPart[]
  /** Lines that make subcommands, by their words. */
  readonly commands: ReadonlyMap<string, number>
}

/** Calls whose keywords are settings, by the last word of their name. */
const settingCalls =
  /^(SGD|Adam|AdamW|Adamax|NAdam|Nadam|RAdam|RMSprop|RMSProp|Adagrad|Adadelta|Lamb|LAMB|Lion|Adafactor|Muon|sgd|adam|adamw|rmsprop|lion|StepLR|MultiStepLR|ExponentialLR|CosineAnnealingLR|CosineAnnealingWarmRestarts|OneCycleLR|ReduceLROnPlateau|CyclicLR|ExponentialDecay|CosineDecay|LoraConfig|DataLoader|ElasticNet|Ridge|Lasso|LogisticRegression|LinearSVC|SVC|SVR|KNeighbors\w+|KMeans|MLP\w+|\w+Classifier|\w+Regressor|\w*TrainingArguments|(SFT|DPO|GRPO|PPO|ORPO|KTO|Reward)Config|TrainerConfig|Trainer|ImageDataGenerator|get_\w+_schedule(_with_\w+)?|VAE|PCA|TSNE|UMAP|\w+Loss|clip_grad_norm_|clip_grad_value_|clip_by_(global_)?norm|\w+Optimizer|\w+(LR|LRScheduler|Scheduler)|[A-Z]\w*Decay|\w+Vectorizer|SelectKBest|PolynomialFeatures|IsolationForest|OneClassSVM|DBSCAN|GaussianMixture|\w+NB|\w+DiscriminantAnalysis|GradientBoosting\w+|RandomForest\w+|LGBM\w+|XGB\w+|CatBoost\w*|BayesianRidge|Perceptron|ColorJitter|RandomRotation|RandomErasing|RandomAffine|RandAugment|TrivialAugmentWide|AutoAugment|Mixup|MixUp|CutMix|SpecAugment|(Time|Frequency)Masking|Random(Rotation|Zoom|Flip|Translation|Contrast|Brightness)|ModelEma\w*|ExponentialMovingAverage|Word2Vec|FastText|PPO|DQN|SAC|A2C|TD3|DDPG)$/

const argumentClasses =
  /^(SimpleNamespace|Namespace|EasyDict|edict|ConfigDict|AttrDict|\w*TrainingArguments|(SFT|DPO|GRPO|PPO|ORPO|KTO|Reward)Config|LoraConfig)$/
const fittingCalls =
  /^(fit|train|fit_generator|cv|tune|compile|flow|flow_from_directory|image_dataset_from_directory)$/
const settingDictionaries =
  /(^|_)(params?|parameters|hyp(er)?(_?param(eter)?s)?|hps?|config|cfg|hparams|conf|settings|opts?|options|args|kwargs|defaults?|optim(izer)?|lr_scheduler|param_scheduler)$/i
const settingClasses =
  /(config|args|arguments|params|parameters|hparams|options|settings|cfg|opts?|constants|configuration|defaults)$|^hps?$/i
/** Classes of what happens after the training. */
const laterClasses =
  /generat(ion|e)|inference|sampling|eval(uation)?(config|args|arguments|params)|deploy|serv(e|ing)/i
/** Objects whose members are settings: `cfg.lr = 0.1`. */
const settingObjects =
  /^(_?c|cfg|config|args?|opts?|conf|hparams|hps|flags|params|hp|settings|\w+_(config|cfg|args|params|opts?|hparams))$/i
/** Calls that use a trained model. */
const usingCalls = /^(generate|sample|predict\w*|evaluate\w*|test|validate|infer\w*|plot\w*|print)$/
/** What the values by position of a call are; an empty name is none of the settings. */
const positionalNames: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(StepLR)$/, ['', 'step_size', 'gamma']],
  [/^(ExponentialLR)$/, ['', 'gamma']],
  [/^(CosineAnnealingLR)$/, ['', 'T_max']],
  [/^(DataLoader)$/, ['', 'batch_size']],
  [/^(clip_grad_norm_|clip_grad_value_)$/, ['', 'max_norm']],
  [/^(clip_by_global_norm|clip_by_norm)$/, ['max_norm', 'max_norm']],
  [/^batch$/, ['batch_size']],
  [/^(add_decayed_weights)$/, ['weight_decay']],
]
const optimizerCalls =
  /^(SGD|Adam|AdamW|Adamax|NAdam|Nadam|RAdam|RMSprop|RMSProp|Adagrad|Adadelta|Lamb|LAMB|Lion|Adafactor|Muon|sgd|adam|adamw|rmsprop|lion|adagrad|AdamOptimizer|GradientDescentOptimizer|RMSPropOptimizer)$/
const functionsWithDefaults =
  /^_?(main|train|run|fit|training|train_model|run_training|train_\w+|experiment)$/

/** Fields that library classes add to a command line, with their defaults (Transformers 5, TRL 1). */
const inheritedFields: Readonly<
  Record<'training' | 'model', readonly (readonly [string, SettingKind, PythonLiteral])[]>
> = {
  training: [
    ['learning_rate', 'float', 5e-5],
    ['per_device_train_batch_size', 'int', 8],
    ['weight_decay', 'float', 0],
    ['lr_scheduler_type', 'text', 'linear'],
    ['num_train_epochs', 'int', 3],
    ['seed', 'int', 42],
    ['output_dir', 'text', null],
  ],
  model: [
    ['lora_r', 'int', 16],
    ['lora_alpha', 'int', 32],
    ['lora_dropout', 'float', 0.05],
  ],
}

/**
 * Everything that a Python file sets: arguments, fields, flags, constants, keywords of calls of libraries.
 * @param file its name; the empty text for the script itself
 */
export function collectSettings(source: PythonSource, file: string): CollectedSettings {
  const collector = new SettingCollector(source, file)
  for (const node of nodesBelow(source.root)) collector.countCall(node)
  for (const node of nodesBelow(source.root)) collector.visit(node)
  return {
    settings: collector.settings,
    unread: collector.unread,
    commands: collector.subcommands.lines,
  }
}

interface Draft {
  readonly name: string
  readonly node: SyntaxNode
  readonly source: ScriptSetting['source']
  readonly location?: string
  readonly kind?: SettingKind | null
  readonly value: PythonLiteral | undefined
  readonly choices?: readonly PythonLiteral[]
  readonly option?: string | null
  readonly optionForm?: ScriptSetting['optionForm']
  readonly address?: string
  readonly commands?: readonly string[]
}

class SettingCollector {
  readonly settings: ScriptSetting[] = []
  readonly unread: UnreadPart[] = []
  readonly subcommands: Subcommands
  readonly #source: PythonSource
  readonly #file: string

  /** What calls of each name hand over: keywords, the most values by position, and whether some are unpacked. */
  readonly #calls = new Map<
    string,
    { readonly keywords: Set<string>; positional: number; isUnpacked: boolean }
  >()
  /** Names of what the functions of the file take, in order. */
  readonly #parameters = new Map<string, readonly string[]>()
  readonly #dictionaries = new Set<number>()

  constructor(source: PythonSource, file: string) {
    this.#source = source
    this.#file = file
    this.subcommands = new Subcommands(source)
  }

  countCall(node: SyntaxNode): void {
    if (node.name === 'FunctionDefinition' && this.#classAround(node) === '')
      this.#parameters.set(
        this.#source.textOf(node.getChild('VariableName') ?? node),
        (node.getChild('ParamList')?.getChildren('VariableName') ?? []).map(name =>
          this.#source.textOf(name),
        ),
      )
    if (node.name !== 'CallExpression') return
    const callee = this.#source.calleeOf(node)
    if (callee === null) return
    const { positional, keywords } = this.#source.argumentsOf(node)
    const call = this.#calls.get(callee) ?? {
      keywords: new Set<string>(),
      positional: 0,
      isUnpacked: false,
    }
    for (const name of keywords.keys()) call.keywords.add(name)
    call.positional = Math.max(call.positional, positional.length)
    call.isUnpacked ||= groupsOf(node.getChild('ArgList')).some(([first]) =>
      ['*', '**'].includes(first?.name ?? ''),
    )
    this.#calls.set(callee, call)
  }

  visit(node: SyntaxNode): void {
    switch (node.name) {
      case '⚠':
        this.unread.push({
          file: this.#file,
          line: this.#source.lineOf(node),
          reason: msg('script.unread.syntax'),
        })
        break
      case 'CallExpression':
        this.#visitCall(node)
        break
      case 'Decorator':
        this.#visitDecorator(node)
        break
      case 'ClassDefinition':
        this.#visitClass(node)
        break
      case 'FunctionDefinition':
        this.#visitFunction(node)
        break
      case 'AssignStatement':
        this.#visitAssignment(node)
        break
      case 'DictionaryExpression':
        this.#visitDictionary(node)
        break
    }
  }

  #add(draft: Draft): void {
    const { name, node, source, value, choices = [], option = null, commands = [] } = draft
    if (!/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name)) return
    this.settings.push({
      name,
      source,
      location: draft.location ?? option ?? name,
      file: this.#file,
      line: this.#source.lineOf(node),
      kind: draft.kind ?? kindOfValue(value, choices),
      value,
      choices,
      option,
      optionForm: draft.optionForm ?? 'value',
      ...(draft.address === undefined ? {} : { address: draft.address }),
      ...(commands.length === 0 ? {} : { commands }),
    })
  }

  #visitCall(call: SyntaxNode): void {
    const callee = this.#source.calleeOf(call)
    if (callee === null) return
    const full = this.#source.dottedName(call.firstChild) ?? callee
    if (callee === 'add_argument' || callee === 'add_flag') this.#addArgument(call)
    else if (/^DEFINE_\w+$/.test(callee)) this.#addFlag(call, callee)
    else if (callee === 'Option' || callee === 'Argument') return
    else if (callee === 'HfArgumentParser' || callee === 'TrlParser') this.#addInherited(call)
    else if (full === 'dict') this.#visitDictionary(call)
    else {
      const isArgumentClass = argumentClasses.test(callee)
      if (usingCalls.test(callee)) return
      const isKnown = settingCalls.test(callee) || this.#isFitting(full, callee)
      this.#addPositional(call, callee)
      for (const [name, value] of this.#source.argumentsOf(call).keywords) {
        const literal = this.#source.literal(value)
        if (literal === undefined || literal === null) continue
        if (!isKnown && (typeof literal !== 'number' || !isCommonName(name))) continue
        this.#add({
          name,
          node: value,
          source: isArgumentClass ? 'field' : 'call',
          location: `${callee}(${name}=)`,
          value: literal,
        })
      }
    }
  }

  /** `Adam(model.parameters(), 1e-3)` */
  #addPositional(call: SyntaxNode, callee: string): void {
    const { positional } = this.#source.argumentsOf(call)
    const [first] = positional
    if (first === undefined) return
    const declared = this.#parameters.get(callee)
    const names = optimizerCalls.test(callee)
      ? typeof this.#source.literal(first) === 'number'
        ? ['learning_rate']
        : ['', 'lr']
      : (positionalNames.find(([pattern]) => pattern.test(callee))?.[1] ??
        declared?.map(name => (isCommonName(name) ? name : '')) ??
        [])
    positional.forEach((node, index) => {
      const name = names[index] ?? ''
      const value = this.#source.literal(node)
      if (name === '' || typeof value !== 'number') return
      this.#add({
        name,
        node,
        source: 'call',
        location: `${callee}(${name})`,
        address: `${callee}[${index}]`,
        value,
      })
    })
  }

  /** A dictionary of hyperparameters, wherever it stands: at least two of its keys are known ones, or one of a `dict(…)`. */
  #visitDictionary(node: SyntaxNode): void {
    if (this.#dictionaries.has(node.from)) return
    const recognized = this.#entriesOf(node).filter(
      ([key, value]) => isCommonName(key) && typeof this.#source.literal(value) === 'number',
    )
    if (recognized.length < (node.name === 'CallExpression' ? 1 : 2)) return
    const call = ancestorOf(node, ['CallExpression'])
    const callee = call === null ? null : this.#source.calleeOf(call)
    if (
      callee !== null &&
      /^(log|log_metrics|log_dict|set_postfix|print|append|update)$/.test(callee)
    )
      return
    const assignment = node.parent?.name === 'AssignStatement' ? node.parent.firstChild : null
    const name = assignment === null ? (callee ?? 'dict') : this.#source.textOf(assignment)
    this.#addDictionary(name, node)
  }

  #isFitting(full: string, callee: string): boolean {
    return fittingCalls.test(callee) && full.includes('.')
  }

  #addArgument(call: SyntaxNode): void {
    const { positional, keywords } = this.#source.argumentsOf(call)
    const names = positional
      .map(name => this.#source.literal(name))
      .filter(name => typeof name === 'string')
    if (names.length === 0) {
      this.#cannotRead(call, 'argumentName')
      return
    }
    const long = names.find(name => name.startsWith('--')) ?? names[0] ?? ''
    const destination = this.#source.literal(keywords.get('dest'))
    const name =
      typeof destination === 'string' ? destination : long.replace(/^-+/, '').replaceAll('-', '_')
    const spoken = long.startsWith('-') ? long.replace(/^-+/, '').replaceAll('-', '_') : name
    const actionNode = keywords.get('action')
    const action = actionNode === undefined ? '' : this.#source.textOf(actionNode)
    const value = this.#source.literal(keywords.get('default'))
    const typeNode = keywords.get('type')
    const type = typeNode === undefined ? null : this.#kindOfType(this.#source.textOf(typeNode))
    const choices = this.#source.literal(keywords.get('choices'))
    if (/help|version|append|count|store_const/.test(action)) return
    const isList = keywords.has('nargs') && this.#source.literal(keywords.get('nargs')) !== '?'
    const form = /store_true/.test(action)
      ? 'storeTrue'
      : /store_false/.test(action)
        ? 'storeFalse'
        : /BooleanOptionalAction/.test(action)
          ? 'negatable'
          : long.startsWith('-')
            ? 'value'
            : 'positional'
    const isSwitch = form === 'storeTrue' || form === 'storeFalse' || form === 'negatable'
    this.#add({
      name: isSwitch ? spoken : name,
      node: call,
      source: 'argument',
      commands: this.subcommands.ofCall(call),
      option: long,
      optionForm: form,
      value: isSwitch && value === undefined ? form === 'storeFalse' : value,
      choices: Array.isArray(choices) ? choices : [],
      kind: isSwitch
        ? 'bool'
        : isList
          ? 'text'
          : Array.isArray(choices)
            ? 'choice'
            : (type ?? (value === undefined || value === null ? 'text' : null)),
    })
  }

  #kindOfType(type: string): SettingKind | null {
    const match = /(^|[^\w])(float|int|bool|str|eval|str2bool|\w*bool\w*)\b/.exec(type)?.[2]
    if (match === undefined) return null
    if (match === 'float' || match === 'int') return match
    if (match === 'str') return 'text'
    return match === 'eval' ? null : 'bool'
  }

  #addFlag(call: SyntaxNode, callee: string): void {
    const { positional, keywords } = this.#source.argumentsOf(call)
    const name = this.#source.literal(positional[0] ?? keywords.get('name'))
    if (typeof name !== 'string') return
    const value = this.#source.literal(positional[1] ?? keywords.get('default'))
    const choices =
      callee === 'DEFINE_enum'
        ? this.#source.literal(positional[2] ?? keywords.get('enum_values'))
        : []
    const kinds: Readonly<Record<string, SettingKind>> = {
      DEFINE_float: 'float',
      DEFINE_integer: 'int',
      DEFINE_bool: 'bool',
      DEFINE_boolean: 'bool',
      DEFINE_enum: 'choice',
    }
    this.#add({
      name,
      node: call,
      source: 'flag',
      option: `--${name}`,
      optionForm: /bool/.test(callee) ? 'negatable' : 'value',
      value,
      choices: Array.isArray(choices) ? choices : [],
      kind: ownValue(kinds, callee) ?? 'text',
    })
  }

  #addInherited(call: SyntaxNode): void {
    const text = this.#source.text
    const inherited = [
      ...(/TrainingArguments|SFTConfig|DPOConfig|GRPOConfig|RewardConfig/.test(text)
        ? inheritedFields.training
        : []),
      ...(/ModelConfig/.test(text) ? inheritedFields.model : []),
    ]
    for (const [name, kind, value] of inherited) {
      if (this.settings.some(setting => setting.name === name && setting.source === 'inherited'))
        continue
      this.#add({ name, node: call, source: 'inherited', option: `--${name}`, kind, value })
    }
  }

  #visitDecorator(decorator: SyntaxNode): void {
    if (!/\.?(option|argument)$/.test(this.#decoratorName(decorator))) return
    const { positional, keywords } = this.#source.argumentsOf(decorator)
    const words = positional
      .map(word => this.#source.literal(word))
      .filter(word => typeof word === 'string')
    const long = words.find(word => word.startsWith('--'))
    const written = long ?? words[0]
    if (written === undefined) return
    const [on = '', off] = written.split('/')
    const isFlag = off !== undefined || this.#source.literal(keywords.get('is_flag')) === true
    const plain = words.find(word => !word.startsWith('-'))
    const typeNode = keywords.get('type')
    const typeText = typeNode === undefined ? '' : this.#source.textOf(typeNode)
    const value = this.#source.literal(keywords.get('default'))
    // An opposite with a name of its own is what changes a switch that is on.
    const isOwnOpposite = off !== undefined && off.trim() !== on.trim().replace(/^--/, '--no-')
    const isOffAdded = isOwnOpposite && value === true
    const listed =
      typeNode !== undefined && /Choice/.test(typeText)
        ? this.#source.literal(this.#source.argumentsOf(typeNode).positional[0])
        : undefined
    this.#add({
      name: plain ?? on.trim().replace(/^-+/, '').replaceAll('-', '_'),
      node: decorator,
      source: 'argument',
      commands: this.subcommands.ofFunction(decorator),
      option: isOffAdded ? off.trim() : on.trim(),
      optionForm: isFlag
        ? isOffAdded
          ? 'storeFalse'
          : off === undefined || isOwnOpposite
            ? 'storeTrue'
            : 'negatable'
        : on.startsWith('-')
          ? 'value'
          : 'positional',
      value: isFlag && value === undefined ? false : value,
      choices: Array.isArray(listed) ? listed : [],
      kind: isFlag
        ? 'bool'
        : Array.isArray(listed)
          ? 'choice'
          : typeNode === undefined
            ? null
            : this.#kindOfType(
                typeText.replace(/FLOAT|FloatRange/, 'float').replace(/INT|IntRange/, 'int'),
              ),
    })
  }

  #decoratorName(decorator: SyntaxNode): string {
    return /^@\s*([\w.]+)/.exec(this.#source.textOf(decorator))?.[1] ?? ''
  }

  #visitClass(node: SyntaxNode): void {
    const name = this.#source.textOf(node.getChild('VariableName') ?? node)
    const around = node.parent?.name === 'DecoratedStatement' ? node.parent : null
    const decorators =
      around?.getChildren('Decorator').map(decorator => this.#source.textOf(decorator)) ?? []
    const bases = groupsOf(node.getChild('ArgList')).map(([base]) =>
      base ? this.#source.textOf(base) : '',
    )
    const isData =
      decorators.some(text => /dataclass|attrs?\b|define\b|chz|pyrallis/.test(text)) ||
      bases.some(base =>
        /BaseModel|NamedTuple|BaseSettings|Tap$|TypedArgs|(Training)?Arguments$|Config$/.test(base),
      )
    const isNested =
      settingClasses.test(name) ||
      settingClasses.test(this.#classAround(node)) ||
      decorators.some(text => /struct/.test(text))
    if ((!isData && !isNested) || laterClasses.test(name)) return
    const isParsed =
      isData &&
      /HfArgumentParser|TrlParser|tyro|pyrallis|simple_parsing|Tap\b|jsonargparse|draccus|chz\./.test(
        this.#source.text,
      )
    for (const statement of node.getChild('Body')?.getChildren('AssignStatement') ?? []) {
      const [target, ...rest] = childrenOf(statement)
      if (target?.name !== 'VariableName') continue
      const field = this.#source.textOf(target)
      const type = rest.find(part => part.name === 'TypeDef')
      const typeText = type === undefined ? '' : this.#source.textOf(type)
      const signAt = rest.findIndex(part => part.name === 'AssignOp')
      const written = signAt === -1 ? undefined : rest[signAt + 1]
      const value = this.#fieldDefault(written)
      // A field without a default is only a name.
      if (written === undefined && !isParsed) continue
      const literals = /Literal\[(.*)\]/s.exec(typeText)?.[1]
      const choices = literals?.match(/["'][^"']*["']/g)?.map(text => text.slice(1, -1)) ?? []
      this.#add({
        name: field,
        node: statement,
        source: 'field',
        location: isParsed ? `--${field}` : `${name}.${field}`,
        option: isParsed ? `--${field}` : null,
        optionForm:
          typeText.includes('bool') && /tyro/.test(this.#source.text) ? 'negatable' : 'value',
        value,
        choices,
        kind:
          choices.length > 1
            ? 'choice'
            : /\b(List|list|Tuple|tuple|Dict|dict|Sequence)\b/.test(typeText)
              ? 'text'
              : typeText === ''
                ? null
                : this.#kindOfType(typeText.replaceAll(/Optional|\[/g, ' ')),
      })
    }
  }

  #classAround(node: SyntaxNode): string {
    const around = ancestorOf(node, ['ClassDefinition'])
    return around === null ? '' : this.#source.textOf(around.getChild('VariableName') ?? around)
  }

  #fieldDefault(node: SyntaxNode | undefined): PythonLiteral | undefined {
    if (node?.name !== 'CallExpression') return this.#source.literal(node)
    const { positional, keywords } = this.#source.argumentsOf(node)
    return this.#source.literal(keywords.get('default') ?? positional[0])
  }

  #visitFunction(node: SyntaxNode): void {
    const name = this.#source.textOf(node.getChild('VariableName') ?? node)
    const around = node.parent?.name === 'DecoratedStatement' ? node.parent : null
    const decorators =
      around?.getChildren('Decorator').map(decorator => this.#source.textOf(decorator)) ?? []
    const isCommand =
      decorators.some(text => /\.(command|callback)\b|^@(command|app)\b/.test(text)) ||
      new RegExp(
        `(typer\\.run|tyro\\.cli|fire\\.Fire|Fire|CLI|defopt\\.run)\\(\\s*${name}\\b`,
      ).test(this.#source.text)
    const isTyper = isCommand && !decorators.some(text => /click|option/.test(text))
    const className = this.#classAround(node)
    const isMain = functionsWithDefaults.test(name) && className === ''
    if (!isTyper && !isMain && this.#file !== '') return
    const calls = this.#calls.get(name === '__init__' ? className : name)
    let position = className === '' ? -1 : -2
    for (const group of groupsOf(node.getChild('ParamList'))) {
      const [target] = group
      position += 1
      if (target?.name !== 'VariableName') continue
      if (!isTyper && !isMain && !isCommonName(this.#source.textOf(target))) continue
      // What every call hands over anew is no setting.
      if (
        !isTyper &&
        calls !== undefined &&
        (calls.isUnpacked ||
          calls.keywords.has(this.#source.textOf(target)) ||
          calls.positional > position)
      )
        continue
      const type = group.find(part => part.name === 'TypeDef')
      const signAt = group.findIndex(part => part.name === 'AssignOp')
      const written = signAt === -1 ? undefined : group[signAt + 1]
      const parameter = this.#source.textOf(target)
      const value = this.#fieldDefault(written)
      if (!isTyper && value === undefined) continue
      const typeText = type === undefined ? '' : this.#source.textOf(type)
      const kind = this.#kindOfType(typeText.replaceAll(/Optional|\[/g, ' '))
      const option = isTyper && written !== undefined ? `--${parameter.replaceAll('_', '-')}` : null
      this.#add({
        name: parameter,
        node: target,
        source: option === null ? 'parameter' : 'argument',
        location: option ?? `${className === '' ? name : className}(${parameter}=)`,
        ...(option === null ? {} : { commands: this.subcommands.ofFunction(node) }),
        option,
        optionForm: kind === 'bool' ? 'negatable' : 'value',
        value,
        kind,
      })
    }
  }

  #visitAssignment(statement: SyntaxNode): void {
    const parts = childrenOf(statement)
    const signAt = parts.findIndex(part => part.name === 'AssignOp')
    const [target] = parts
    if (target === undefined || signAt === -1) return
    if (statement.parent?.parent?.name === 'ClassDefinition') return
    const values = parts.slice(signAt + 1).filter(part => part.name !== ',')
    const targets = parts.slice(0, signAt).filter(part => !['TypeDef', ','].includes(part.name))
    if (targets.length > 1 && targets.length === values.length) {
      targets.forEach((name, index) => {
        this.#addAssigned(name, values[index], statement)
      })
      return
    }
    this.#addAssigned(target, values[0], statement)
  }

  #addAssigned(target: SyntaxNode, value: SyntaxNode | undefined, statement: SyntaxNode): void {
    if (value === undefined) return
    const name = this.#source.dottedName(target)
    const isInside =
      ancestorOf(statement, ['FunctionDefinition', 'ForStatement', 'WhileStatement']) !== null
    if (name === null) {
      this.#addItem(target, value)
      return
    }
    const members = name.split('.')
    const last = members.at(-1) ?? name
    if (
      value.name === 'DictionaryExpression' ||
      (value.name === 'CallExpression' && this.#source.calleeOf(value) === 'dict')
    ) {
      if (settingDictionaries.test(last)) this.#addDictionary(last, value)
      return
    }
    const argument = /sys\.argv\[(\d+)\]/.exec(this.#source.textOf(value))
    const otherwise =
      value.name === 'ConditionalExpression'
        ? this.#source.literal(childrenOf(value).at(-1))
        : undefined
    if (argument !== null && members.length === 1) {
      this.#add({
        name,
        node: statement,
        source: 'argument',
        location: name,
        option: argument[1] ?? '1',
        optionForm: 'positional',
        value: otherwise,
        kind: this.#kindOfType(this.#source.textOf(value)),
      })
      return
    }
    const literal = this.#source.literal(value)
    if (literal === undefined || literal === null) return
    if (members.length > 1) {
      const isOwn = members[0] === 'self'
      const isSetting = isOwn
        ? settingClasses.test(this.#classAround(statement))
        : settingObjects.test(members[0] ?? '') || this.#isAlias(members[0] ?? '')
      // An agent or a model that keeps its own: self.gamma = 0.99
      if (isOwn && !isSetting && members.length === 2 && isCommonName(last) && literal !== 0)
        this.#add({
          name: last,
          node: statement,
          source: 'parameter',
          location: name,
          value: literal,
        })
      if (!isSetting) return
      this.#add({ name: last, node: statement, source: 'constant', location: name, value: literal })
      return
    }
    if (typeof literal === 'boolean' && isInside) return
    this.#add({
      name,
      node: statement,
      source: isInside ? 'parameter' : 'constant',
      location: isInside ? `${name} (line ${this.#source.lineOf(statement)})` : name,
      value: literal,
    })
  }

  /** `optim = config.optim`, `net = ConfigDict()` */
  #isAlias(name: string): boolean {
    return new RegExp(
      String.raw`\b${name}\s*=\s*(\w+\.)*((config|cfg|_?c|args)\.\w+\s*(=|$)|(ConfigDict|CfgNode|CN|EasyDict|edict|AttrDict|SimpleNamespace|Namespace|Munch)\()`,
      'im',
    ).test(this.#source.text)
  }

  /** `config["lr"] = 0.1` */
  #addItem(target: SyntaxNode, value: SyntaxNode): void {
    const [, object, key] =
      /^(\w+)\[\s*["']([\w.-]+)["']\s*\]$/.exec(this.#source.textOf(target)) ?? []
    const literal = this.#source.literal(value)
    if (object === undefined || key === undefined || literal === undefined || literal === null)
      return
    if (!settingDictionaries.test(object)) return
    this.#add({
      name: key,
      node: target,
      source: 'constant',
      location: `${object}['${key}']`,
      value: literal,
    })
  }

  #addDictionary(name: string, dictionary: SyntaxNode): void {
    this.#dictionaries.add(dictionary.from)
    for (const [key, value] of this.#entriesOf(dictionary)) {
      const literal = this.#source.literal(value)
      if (literal === undefined) {
        if (
          value.name === 'DictionaryExpression' ||
          (value.name === 'CallExpression' && this.#source.calleeOf(value) === 'dict')
        )
          this.#addDictionary(`${name}.${key}`, value)
        continue
      }
      this.#add({
        name: key,
        node: value,
        source: 'constant',
        location: `${name}['${key}']`,
        value: literal,
      })
    }
  }

  #entriesOf(dictionary: SyntaxNode): readonly (readonly [string, SyntaxNode])[] {
    if (dictionary.name === 'CallExpression')
      return [...this.#source.argumentsOf(dictionary).keywords]
    return groupsOf(dictionary).flatMap(([key, , value]) => {
      const text = this.#source.literal(key)
      return typeof text === 'string' && value !== undefined ? [[text, value] as const] : []
    })
  }

  #cannotRead(node: SyntaxNode, what: 'argumentName' | 'syntax'): void {
    this.unread.push({
      file: this.#file,
      line: this.#source.lineOf(node),
      reason: msg(`script.unread.${what}`),
    })
  }
}

function kindOfValue(
  value: PythonLiteral | undefined,
  choices: readonly PythonLiteral[],
): SettingKind {
  if (choices.length > 1) return 'choice'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float'
  return 'text'
}
