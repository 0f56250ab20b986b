import type { SyntaxNode } from '@lezer/common'
import { ancestorOf, childrenOf, groupsOf, nodesBelow, type PythonSource } from './python-source.ts'
import type { ProgramCommands, ScriptSetting } from './script-description.ts'

/** Parsers and their groups call each other in turn in no script that works. */
const MAX_DEPTH = 8
const NOWHERE = -1

/** A name that a script gives to a parser, a group of arguments or an application. */
interface Binding {
  /** Where the function begins in which it holds; -1: the module. */
  readonly scope: number
  readonly at: number
  readonly call: SyntaxNode
}

/** Names of the program itself. */
const program: readonly string[] = []

/**
 * The subcommands of a Python script (argparse's subparsers, groups of click and typer), and which of them takes an argument.
 * A subcommand within one is named by both words.
 */
export class Subcommands {
  readonly #source: PythonSource
  readonly #bindings = new Map<string, Binding[]>()
  readonly #calls = new Map<string, SyntaxNode[]>()
  readonly #functions = new Map<string, SyntaxNode>()
  /** Subcommands of click and typer by their functions. */
  readonly #byFunction = new Map<string, string>()
  /** Lines where subcommands are made, by their words, in the order of the script. */
  readonly #lines = new Map<string, number>()

  constructor(source: PythonSource) {
    this.#source = source
    for (const node of nodesBelow(source.root)) {
      if (node.name === 'AssignStatement') this.#bind(node)
      if (node.name === 'FunctionDefinition')
        this.#functions.set(source.textOf(node.getChild('VariableName') ?? node), node)
      if (node.name !== 'CallExpression') continue
      const callee = source.calleeOf(node)
      if (callee !== null) this.#calls.set(callee, [...(this.#calls.get(callee) ?? []), node])
    }
    for (const call of this.#calls.get('add_parser') ?? [])
      for (const words of this.#made(call, 0) ?? []) this.#see(words, call)
    this.#readDecorators()
  }

  /** Their words and the lines that make them. */
  get lines(): ReadonlyMap<string, number> {
    return this.#lines
  }

  /** The subcommands that take what this call of `add_argument` adds; none: the program itself does, or only a run would know. */
  ofCall(call: SyntaxNode): readonly string[] {
    return this.#commandsOf(receiverOf(call), 0) ?? program
  }

  /** The subcommands whose function this is, or whose function it decorates. */
  ofFunction(node: SyntaxNode): readonly string[] {
    const definition =
      node.name === 'FunctionDefinition'
        ? node
        : (ancestorOf(node, ['DecoratedStatement'])?.getChild('FunctionDefinition') ?? null)
    const name = definition?.getChild('VariableName') ?? null
    const words = name === null ? undefined : this.#byFunction.get(this.#source.textOf(name))
    return words === undefined ? program : [words]
  }

  #see(words: string, node: SyntaxNode): void {
    if (!this.#lines.has(words)) this.#lines.set(words, this.#source.lineOf(node))
  }

  #bind(statement: SyntaxNode): void {
    const [target, sign, value] = childrenOf(statement)
    const name = this.#source.dottedName(target ?? null)
    if (name === null || sign?.name !== 'AssignOp' || value?.name !== 'CallExpression') return
    const binding = { scope: scopeOf(statement), at: statement.from, call: value }
    this.#bindings.set(name, [...(this.#bindings.get(name) ?? []), binding])
  }

  /** The subcommands that a parser or a group of arguments belongs to; null: it cannot be told. */
  #commandsOf(node: SyntaxNode | null, depth: number): readonly string[] | null {
    if (node === null || depth > MAX_DEPTH) return null
    if (node.name === 'CallExpression') return this.#commandsOfCall(node, depth)
    const name = this.#source.dottedName(node)
    if (name === null) return null
    const binding = this.#bindingOf(name, node)
    if (binding !== null) {
      const named = this.#source.calleeOf(binding.call) === 'ArgumentParser' ? name : null
      return named === null
        ? this.#commandsOfCall(binding.call, depth)
        : this.#childrenOf(named, binding.call, depth)
    }
    return this.#handedOver(name, node, depth)
  }

  #commandsOfCall(call: SyntaxNode, depth: number): readonly string[] | null {
    switch (this.#source.calleeOf(call)) {
      case 'add_parser':
        return this.#made(call, depth)
      case 'add_argument_group':
      case 'add_mutually_exclusive_group':
      case 'add_subparsers':
        return this.#commandsOf(receiverOf(call), depth + 1)
      case 'ArgumentParser':
        return program
      default:
        return null
    }
  }

  /** The subcommands that one call of `add_parser` makes: one, but for a parser that itself is shared. */
  #made(call: SyntaxNode, depth: number): readonly string[] | null {
    const { positional, keywords } = this.#source.argumentsOf(call)
    const word = this.#source.literal(positional[0] ?? keywords.get('name'))
    if (typeof word !== 'string' || !isWord(word)) return null
    const above = this.#commandsOf(receiverOf(call), depth + 1) ?? program
    return above.length === 0 ? [word] : above.map(words => `${words} ${word}`)
  }

  /** `add_parser('train', parents=[common])`: what `common` has is taken by each subcommand that names it. */
  #childrenOf(name: string, definition: SyntaxNode, depth: number): readonly string[] | null {
    const isParent = (call: SyntaxNode): boolean => {
      const parents = this.#source.argumentsOf(call).keywords.get('parents')
      return (
        parents !== undefined &&
        groupsOf(parents).some(([item]) => this.#source.dottedName(item ?? null) === name)
      )
    }
    const others = (this.#calls.get('ArgumentParser') ?? []).filter(
      call => call.from !== definition.from,
    )
    if (others.some(isParent)) return program
    const children = (this.#calls.get('add_parser') ?? []).filter(isParent)
    return children.flatMap(call => this.#made(call, depth + 1) ?? [])
  }

  /** The value that a name has at a place: the latest before it in its function, else in the module. */
  #bindingOf(name: string, place: SyntaxNode): Binding | null {
    const bindings = this.#bindings.get(name) ?? []
    const scope = scopeOf(place)
    const within = bindings.filter(candidate => candidate.scope === scope)
    const before = within.findLast(({ at }) => at < place.from) ?? null
    if (before !== null || scope === NOWHERE || this.#parameterIndex(name, place) !== null)
      return before
    return bindings.findLast(candidate => candidate.scope === NOWHERE) ?? null
  }

  #parameterIndex(name: string, place: SyntaxNode): number | null {
    const definition = ancestorOf(place, ['FunctionDefinition'])
    const names = groupsOf(definition?.getChild('ParamList') ?? null).map(([target]) =>
      target === undefined ? '' : this.#source.textOf(target),
    )
    const index = names.indexOf(name)
    return index === -1 ? null : index
  }

  /** What the calls of a function hand over as one of its parameters, such as `add_arguments(parser)`. */
  #handedOver(name: string, place: SyntaxNode, depth: number): readonly string[] | null {
    const index = this.#parameterIndex(name, place)
    const definition = ancestorOf(place, ['FunctionDefinition'])
    const called = definition?.getChild('VariableName') ?? null
    if (index === null || called === null) return null
    const isMethod = ancestorOf(definition ?? place, ['ClassDefinition']) !== null
    const calls = this.#calls.get(this.#source.textOf(called)) ?? []
    const handed = calls.map(call => {
      const { positional, keywords } = this.#source.argumentsOf(call)
      const value = keywords.get(name) ?? positional[isMethod ? index - 1 : index] ?? null
      return this.#commandsOf(value, depth + 1)
    })
    const parsers = handed.filter(commands => commands !== null)
    if (parsers.length === 0 || parsers.some(({ length }) => length === 0)) return null
    return [...new Set(parsers.flat())]
  }

  /** `@cli.command()` of click and typer, `cli.add_command(train)` and `app.add_typer(sub, name="sub")`. */
  #readDecorators(): void {
    const groups = this.#groups()
    for (const [name, definition] of this.#functions) {
      for (const { object, member, decorator } of this.#decoratorsOf(definition)) {
        if (member !== 'command') continue
        const above = object === null ? undefined : groups.get(object)
        if (above === undefined) continue
        this.#take(name, joined(above, this.#wordOf(decorator, name)), definition)
      }
    }
    for (const call of this.#calls.get('add_command') ?? []) {
      const { positional, keywords } = this.#source.argumentsOf(call)
      const above = groups.get(this.#source.dottedName(receiverOf(call)) ?? '')
      const name = this.#source.dottedName(positional[0] ?? keywords.get('cmd') ?? null)
      const definition = name === null ? undefined : this.#functions.get(name)
      if (above === undefined || name === null || definition === undefined) continue
      const given = this.#source.literal(positional[1] ?? keywords.get('name'))
      const [first] = this.#decoratorsOf(definition).filter(({ member }) => member === 'command')
      const word = typeof given === 'string' ? given : first && this.#wordOf(first.decorator, name)
      if (word !== undefined && isWord(word)) this.#take(name, joined(above, word), definition)
    }
  }

  #take(name: string, words: string, definition: SyntaxNode): void {
    this.#byFunction.set(name, words)
    this.#see(words, definition)
  }

  /** Groups of click and applications of typer that have subcommands, with the words before them. */
  #groups(): ReadonlyMap<string, string> {
    const groups = new Map<string, string>()
    const decorated = [...this.#functions].flatMap(([name, definition]) =>
      this.#decoratorsOf(definition).map(entry => ({ ...entry, name })),
    )
    for (const { name, member, object, decorator } of decorated) {
      if (member !== 'group') continue
      const above = object === null ? undefined : groups.get(object)
      groups.set(name, above === undefined ? '' : joined(above, this.#wordOf(decorator, name)))
    }
    for (const [name, bindings] of this.#bindings) {
      if (!bindings.some(({ call }) => this.#source.calleeOf(call) === 'Typer')) continue
      const members = decorated.filter(({ object }) => object === name)
      const commands = members.filter(({ member }) => member === 'command')
      // An application with one command has no word for it.
      const isAlone = commands.length < 2 && !members.some(({ member }) => member === 'callback')
      const added = (this.#calls.get('add_typer') ?? []).find(call => {
        const [application] = this.#source.argumentsOf(call).positional
        return this.#source.dottedName(application ?? null) === name
      })
      const word =
        added && this.#source.literal(this.#source.argumentsOf(added).keywords.get('name'))
      if (typeof word === 'string' && isWord(word)) groups.set(name, word)
      else if (added === undefined && (!isAlone || this.#addsTyper(name))) groups.set(name, '')
    }
    return groups
  }

  #addsTyper(name: string): boolean {
    return (this.#calls.get('add_typer') ?? []).some(
      call => this.#source.dottedName(receiverOf(call)) === name,
    )
  }

  #decoratorsOf(definition: SyntaxNode): readonly {
    readonly object: string | null
    readonly member: string
    readonly decorator: SyntaxNode
  }[] {
    const around = definition.parent?.name === 'DecoratedStatement' ? definition.parent : null
    return (around?.getChildren('Decorator') ?? []).map(decorator => {
      const path = /^@\s*([\w.]+)/.exec(this.#source.textOf(decorator))?.[1] ?? ''
      const at = path.lastIndexOf('.')
      return { object: at === -1 ? null : path.slice(0, at), member: path.slice(at + 1), decorator }
    })
  }

  /** As click names a function that gets no name: `train_model` is `train-model`, `train_cmd` is `train`. */
  #wordOf(decorator: SyntaxNode, name: string): string {
    const { positional, keywords } = this.#source.argumentsOf(decorator)
    const given = this.#source.literal(positional[0] ?? keywords.get('name'))
    if (typeof given === 'string' && isWord(given)) return given
    return name
      .toLowerCase()
      .replace(/_(?:command|cmd|group|grp)$/, '')
      .replaceAll('_', '-')
  }
}

/** What a method is called on. */
function receiverOf(call: SyntaxNode): SyntaxNode | null {
  const callee = call.firstChild
  return callee?.name === 'MemberExpression' ? callee.firstChild : null
}

function scopeOf(node: SyntaxNode): number {
  return ancestorOf(node, ['FunctionDefinition'])?.from ?? NOWHERE
}

function isWord(text: string): boolean {
  return /^[\w][\w.:-]*$/.test(text)
}

function joined(above: string, word: string): string {
  return above === '' ? word : `${above} ${word}`
}

/** Whether the program takes a setting, or the subcommand of it that is started. */
export function isWithin(
  { commands: owners = [] }: Pick<ScriptSetting, 'commands'>,
  commands: ProgramCommands | null,
): boolean {
  return (
    owners.length === 0 || (commands !== null && owners.some(name => name === commands.started))
  )
}
