import { globSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

/**
 * Texts that are hashed: purposes of random streams, and what is put into the hashes of files and messages. Another text is
 * another stream, so a study with the same seed would not repeat what it did before; nothing else that is renamed may change one.
 */

const repositoryFolder = path.resolve(import.meta.dirname, '../../../..')
const UNKNOWN = '…'

/** Sorted; `…` stands for a value that is put in, and the names of samplers are the registered ones. */
const frozenPurposes = [
  'augmentation',
  'away from failures',
  'bootstrap',
  'catcma draws',
  'catcma foreign point',
  'catcma restart',
  'catcma start',
  'cmaes point',
  'cmaes restart',
  'cmaes start',
  'confirmation',
  'de',
  'de archive',
  'dropout',
  'enqueue',
  'estimated best',
  'folds',
  'folds of groups',
  'genetic',
  'genetic generation',
  'gradient outer',
  'gradient spsa',
  'gradient start',
  'gradient test',
  'grid',
  'halton',
  'holdout rows',
  'hypergradient self-test',
  'importance',
  'importanceRows',
  'initial weights',
  'input noise',
  'latinHypercube …',
  'model beside',
  'niches',
  'order of batches',
  'ped-anova',
  'permutation importance',
  'proposal',
  'proposal redraw …',
  'pso',
  'relation check',
  'relation repair',
  'replicate …',
  'roundColumns',
  'roundRows',
  'shared replicate …',
  'sobol owen',
  'sobol shift',
  'split',
  'split by groups',
  'split of test rows',
  'start repair',
  'study forest',
  'suggest.…',
  'treeColumns',
  'treeRows',
  'trial',
  'untried point',
]

/** Literal parts of what is hashed: lists of files, settings of tree libraries, keys of the job queue. */
const frozenHashTexts = [
  '-  …  …\n',
  'categorical',
  'job',
  'lightgbm … num_threads=… verbosity=-1 … …',
  'lightgbm … …',
  'numeric',
  'presence',
  'sha256',
  'toStudy',
  'toWorker',
  'tunewright-queue-1',
  'tunewright_…',
  'xgboost … …',
  '…\n',
  '…\n…',
  '…  …  …\n',
  '… …\n',
  '…/…',
]

const { config } = ts.readConfigFile(path.join(repositoryFolder, 'tsconfig.json'), name =>
  ts.sys.readFile(name),
) as { config: object }
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, repositoryFolder)
const files = globSync('src-main/**/*.ts', { cwd: repositoryFolder }).map(file =>
  path.join(repositoryFolder, file),
)
const program = ts.createProgram(files, { ...options, incremental: false, noEmit: true })
const checker = program.getTypeChecker()

const calls: ts.CallExpression[] = []
const callsByName = new Map<string, ts.CallExpression[]>()
const properties = new Map<string, (ts.PropertyAssignment | ts.ShorthandPropertyAssignment)[]>()
const names = new Set(files.map(file => file.replaceAll(path.sep, '/')))
for (const source of program.getSourceFiles()) if (names.has(source.fileName)) visit(source)

function addTo<Item>(lists: Map<string, Item[]>, name: string, item: Item): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}

function visit(node: ts.Node): void {
  if (ts.isCallExpression(node)) {
    calls.push(node)
    const name = calledName(node)
    if (ts.isIdentifier(name)) addTo(callsByName, name.text, node)
  }
  if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
    addTo(properties, node.name.getText(), node)
  }
  ts.forEachChild(node, visit)
}

/** The declaration behind a name, through imports. */
function declarationOf(node: ts.Node): ts.Declaration | undefined {
  const symbol = checker.getSymbolAtLocation(node)
  const target =
    symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0
      ? checker.getAliasedSymbol(symbol)
      : symbol
  return target?.valueDeclaration ?? target?.declarations?.[0]
}

/** Calls of a function by its declaration, or by that of the constant that holds it. */
function callsOf(callee: ts.Declaration): ts.CallExpression[] {
  const name = ts.getNameOfDeclaration(callee)?.getText() ?? ''
  const named = callsByName.get(name) ?? []
  return named.filter(call => declarationOf(calledName(call)) === callee)
}

function calledName({ expression }: ts.CallExpression): ts.Expression {
  return ts.isPropertyAccessExpression(expression) ? expression.name : expression
}

/** Every text that an expression can be, as far as it can be followed; what cannot be is UNKNOWN. */
function textsOf(expression: ts.Expression, seen: readonly ts.Node[] = []): string[] {
  if (seen.includes(expression)) return []
  const follow = (next: ts.Expression): string[] => textsOf(next, [...seen, expression])
  if (ts.isStringLiteralLike(expression)) return [expression.text]
  if (ts.isParenthesizedExpression(expression)) return follow(expression.expression)
  if (ts.isConditionalExpression(expression)) {
    return [...follow(expression.whenTrue), ...follow(expression.whenFalse)]
  }
  if (ts.isTemplateExpression(expression)) {
    return expression.templateSpans.reduce(
      (heads, span) =>
        heads.flatMap(head => follow(span.expression).map(text => head + text + span.literal.text)),
      [expression.head.text],
    )
  }
  const literals = literalsOf(checker.getTypeAtLocation(expression))
  if (literals !== null) return literals
  const declaration = declarationOf(
    ts.isPropertyAccessExpression(expression) ? expression.name : expression,
  )
  const texts = declaration === undefined ? [] : textsOfDeclaration(declaration, follow)
  return texts.length === 0 ? [UNKNOWN] : texts
}

function literalsOf(type: ts.Type): string[] | null {
  const parts = type.isUnion() ? type.types : [type]
  return parts.every(part => part.isStringLiteral()) ? parts.map(({ value }) => value) : null
}

function textsOfDeclaration(
  declaration: ts.Declaration,
  follow: (next: ts.Expression) => string[],
): string[] {
  if (ts.isVariableDeclaration(declaration)) {
    return declaration.initializer === undefined ? [] : follow(declaration.initializer)
  }
  if (ts.isParameter(declaration)) {
    const { parent } = declaration
    const index = parent.parameters.indexOf(declaration)
    const isConstant = ts.isVariableDeclaration(parent.parent)
    return callsOf(isConstant ? parent.parent : parent).flatMap(({ arguments: given }) => {
      const argument = given[index]
      return argument === undefined ? [] : follow(argument)
    })
  }
  if (ts.isBindingElement(declaration)) {
    const name = declaration.propertyName ?? declaration.name
    const property = checker.getTypeAtLocation(declaration.parent).getProperty(name.getText())
      ?.declarations?.[0]
    return property === undefined ? [] : textsOfDeclaration(property, follow)
  }
  if (ts.isPropertySignature(declaration)) return valuesOfProperty(declaration).flatMap(follow)
  return []
}

/** What objects that are written down give a property of an interface. */
function valuesOfProperty(signature: ts.PropertySignature): ts.Expression[] {
  const name = signature.name.getText()
  return (properties.get(name) ?? []).flatMap(property => {
    const type = checker.getContextualType(property.parent)
    const isIt = type?.getProperty(name)?.declarations?.includes(signature) === true
    return isIt ? [valueOf(property)] : []
  })
}

function valueOf(property: ts.PropertyAssignment | ts.ShorthandPropertyAssignment): ts.Expression {
  return ts.isPropertyAssignment(property) ? property.initializer : property.name
}

/** The texts of `purpose` in the key of a stream. */
function purposesOf(key: ts.Expression): string[] {
  if (ts.isObjectLiteralExpression(key)) {
    return key.properties.flatMap(property => {
      if (property.name?.getText() !== 'purpose') return []
      if (ts.isPropertyAssignment(property)) return textsOf(property.initializer)
      if (!ts.isShorthandPropertyAssignment(property)) return [UNKNOWN]
      const value = checker.getShorthandAssignmentValueSymbol(property)?.valueDeclaration
      return value === undefined ? [UNKNOWN] : textsOfDeclaration(value, next => textsOf(next))
    })
  }
  const declaration = declarationOf(key)
  if (declaration !== undefined && ts.isVariableDeclaration(declaration)) {
    return declaration.initializer === undefined ? [UNKNOWN] : purposesOf(declaration.initializer)
  }
  return [UNKNOWN]
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1))
}

const streamFolder = 'src-main/math/random/'

function isInStreamFolder(node: ts.Node): boolean {
  return path
    .relative(repositoryFolder, node.getSourceFile().fileName)
    .replaceAll(path.sep, '/')
    .startsWith(streamFolder)
}

/** The function of the folder of random streams that a call is one of; null for every other call. */
function streamFunctionOf({ expression }: ts.CallExpression): ts.FunctionDeclaration | null {
  if (!ts.isIdentifier(expression) || isInStreamFolder(expression)) return null
  const callee = declarationOf(expression)
  return callee !== undefined && isInStreamFolder(callee) && ts.isFunctionDeclaration(callee)
    ? callee
    : null
}

it('draws from random streams under these purposes', { timeout: 180_000 }, () => {
  const purposes = calls.flatMap(call => {
    const parameters = streamFunctionOf(call)?.parameters ?? []
    return parameters.flatMap((parameter, index) => {
      const argument = call.arguments[index]
      if (argument === undefined) return []
      const isKey = parameter.type?.getText() === 'RandomStreamKey'
      if (isKey) return purposesOf(argument)
      return parameter.name.getText() === 'purpose' ? textsOf(argument) : []
    })
  })
  // TPE hashes the number of a trial, written as characters.
  expect(purposes.filter(purpose => purpose === UNKNOWN)).toHaveLength(1)
  expect(sorted(purposes.filter(purpose => purpose !== UNKNOWN))).toEqual(frozenPurposes)
})

it('puts these texts into hashes', { timeout: 180_000 }, () => {
  const texts = calls.flatMap(({ expression, arguments: given }) => {
    if (ts.isIdentifier(expression) && expression.text === 'hkdfSync')
      return given.flatMap(argument => textsOf(argument))
    if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== 'update') return []
    const receiver = checker.getTypeAtLocation(expression.expression).getSymbol()?.name
    const [content] = given
    return content !== undefined && (receiver === 'Hash' || receiver === 'Hmac')
      ? textsOf(content)
      : []
  })
  expect(sorted(texts.filter(text => text !== UNKNOWN && text !== ''))).toEqual(frozenHashTexts)
})
