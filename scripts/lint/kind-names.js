/**
 * A kind (sampler, pruner, task, engine, …) is a folder with one definition; nobody else knows its name. This rule finds
 * registered names as string literals outside the folder that defines them.
 *
 * Names come from the code: from the definitions in every folder of src-main that is called like the kinds
 * (`…/samplers/<name>/`).
 *
 * Most names are words with other meanings, too, so a literal counts only where it stands for a kind:
 *   - it is compared with, looked for in, or a `case` of, an expression that speaks of the kind
 *     (`sampler.name === 'grid'`, `'ssh' in executor`, `switch (task)`);
 *   - it is given to something that speaks of it (`sampler: { name: 'auto' }`, `const slowEngines = ['tensorflow']`,
 *     `findTask('tabular')`, `readonly engine: 'cpu'`);
 *   - it stands in a list or is the key of an object whose members (two or more) are all names of one kind;
 *   - it is compared with a `name`, `kind` or `by`, and is no ordinary word (see `ordinaryWords`).
 * "Speaks of" means: the last name in the expression has the kind among its words; a name as general as `name` hands the
 * question on to its object, its declaration or its type.
 */
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { wordsOf } from './declared-names.js'

/**
 * `folders`: what the folder of all of a kind is called. `subjects`: words that speak of the kind.
 */
export const kinds = [
  { kind: 'sampler', folders: ['samplers'], subjects: ['sampler', 'samplers'] },
  { kind: 'pruner', folders: ['pruners'], subjects: ['pruner', 'pruners'] },
  { kind: 'task', folders: ['tasks'], subjects: ['task', 'tasks'] },
  {
    kind: 'engine',
    folders: ['engines'],
    subjects: ['engine', 'engines', 'library', 'libraries', 'pack', 'packs', 'booster', 'boosters'],
  },
  {
    kind: 'executor',
    folders: ['executors'],
    subjects: ['executor', 'executors'],
  },
  {
    kind: 'objective',
    folders: ['objectives'],
    subjects: ['objective', 'objectives'],
  },
  {
    kind: 'stop rule',
    folders: ['stopping'],
    subjects: ['stop', 'stops'],
  },
  {
    kind: 'importer',
    folders: ['importers'],
    subjects: ['importer', 'importers', 'import', 'recognised', 'recognized'],
  },
  {
    kind: 'exporter',
    folders: ['exporters'],
    subjects: ['exporter', 'exporters', 'export', 'exports'],
  },
]

/** The one table that may name kinds: what a study gets that says nothing. */
export const defaultsTable = /\/(kind-)?defaults\.ts$/

/** Names of kinds that are words of everyday code: beside a bare `name` or `kind` they may mean anything. */
const ordinaryWords = new Set(
  [
    [
      'auto',
      'none',
      'mix',
      'rules',
      'random',
      'grid',
      'forest',
      'gradient',
      'median',
      'percentile',
    ],
    ['threshold', 'pareto', 'patient', 'promotion', 'image', 'text', 'audio', 'tabular', 'cpu'],
    [
      'local',
      'queue',
      'task',
      'function',
      'command',
      'module',
      'external',
      'csv',
      'json',
      'bundle',
    ],
    ['trials', 'minutes', 'target', 'epochs', 'failures', 'runs', 'ssh', 'optuna', 'hyperopt'],
    ['parquet', 'tensorboard', 'wasm', 'webgpu', 'de', 'portfolio'],
  ].flat(),
)

/** Names that say nothing about what is named. */
const generalWords = new Set([
  'name',
  'names',
  'kind',
  'kinds',
  'type',
  'value',
  'default',
  'key',
  'by',
  'id',
  'info',
  'string',
  'of',
  'as',
  'is',
  'format',
  'formats',
])

const slashes = file => file.split(path.sep).join('/')

/**
 * Every registered name with its kind and the folder (or file) that defines it, from the working tree.
 * @returns {{ kind: string, name: string, home: string }[]}
 */
export function registeredNames(root) {
  const files = globSync('src-main/**/*.ts', { cwd: root }).map(slashes).sort()
  return kinds.flatMap(({ kind, folders }) => {
    const defined = files.flatMap(file => {
      const rest = restInFolder(file, folders)
      return rest === null ? [] : definedNames(root, file, rest).map(name => ({ kind, ...name }))
    })
    const unique = new Map(defined.map(each => [`${each.name} ${each.home}`, each]))
    return [...unique.values()]
  })
}

const namesByRoot = new Map()

/** `registeredNames`, read once in a run. */
function namesIn(root) {
  if (!namesByRoot.has(root)) namesByRoot.set(root, registeredNames(root))
  return namesByRoot.get(root)
}

/** What follows `…/samplers/` in a path, or null. */
function restInFolder(file, folders) {
  const parts = file.split('/')
  const at = parts.findIndex((part, index) => index < parts.length - 1 && folders.includes(part))
  return at < 0 ? null : parts.slice(at + 1)
}

/** Names of the definitions in a file: objects with `name: '…'` that are typed or made as definitions, or lie in a folder or file of that name. */
function definedNames(root, file, rest) {
  const text = readFileSync(path.join(root, file), 'utf8')
  const home = rest.length === 1 ? file : `${file.slice(0, -rest.join('/').length)}${rest[0]}/`
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  // Files of a definition's own folder may be called as they like.
  const stems = rest.length > 2 ? [rest[0]] : rest.map(part => part.replace(/\.ts$/, ''))
  const names = []
  const visit = node => {
    const name = ts.isObjectLiteralExpression(node)
      ? nameOf(node)
      : ts.isStringLiteral(node) && ts.isCallExpression(node.parent)
        ? node.text
        : null
    if (name !== null) {
      const isCalled = stems.includes(wordsOf(name).replaceAll(' ', '-'))
      if (isCalled || isDefinition(node, source)) names.push({ name, home })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

function nameOf(object) {
  for (const property of object.properties) {
    if (!ts.isPropertyAssignment(property) || property.name.text !== 'name') continue
    const value = ts.isAsExpression(property.initializer)
      ? property.initializer.expression
      : property.initializer
    if (ts.isStringLiteral(value)) return value.text
  }
  return null
}

function isDefinition(node, source) {
  const { parent } = node
  if (ts.isStringLiteral(node)) {
    // sequenceSampler('sobol', …)
    const maker = parent.expression.getText(source)
    return parent.arguments[0] === node && /[a-z](Sampler|Pruner|Task|Engine|Executor)$/.test(maker)
  }
  if (ts.isCallExpression(parent)) return /^define/.test(parent.expression.getText(source))
  if (ts.isVariableDeclaration(parent)) {
    return /Definition\b/.test(parent.type?.getText(source) ?? '')
  }
  if (ts.isReturnStatement(parent)) {
    const made = ts.findAncestor(parent, ts.isFunctionDeclaration)
    return /Definition\b/.test(made?.type?.getText(source) ?? '')
  }
  return false
}

/** Whether a file belongs to a home: it is that file, or lies in that folder. */
const isAt = (file, home) => (home.endsWith('/') ? file.startsWith(home) : file === home)

export const kindNames = {
  meta: {
    type: 'problem',
    docs: { description: 'keeps registered names of kinds in the folders that define them' },
    messages: {
      literal: '{{kind}} "{{name}}" is known outside {{home}}: ask its definition, or import it.',
      access: '{{kind}} "{{name}}" is read by its key outside {{home}}.',
    },
    schema: [
      {
        type: 'object',
        properties: {
          root: { type: 'string' },
          // Those of the working tree, if there are none.
          names: { type: 'array' },
          // Also `executor.ssh` and `objective.task`; not refused by lint.
          accesses: { type: 'boolean' },
        },
        required: ['root'],
        additionalProperties: false,
      },
    ],
  },
  create(context) {
    const [{ root, names = namesIn(root), accesses = false }] = context.options
    const file = slashes(path.relative(root, path.resolve(root, context.filename)))
    if (defaultsTable.test(file)) return {}
    const foreign = new Map()
    for (const each of names) {
      if (
        names.some(
          other => other.kind === each.kind && other.name === each.name && isAt(file, other.home),
        )
      )
        continue
      foreign.set(each.name, [...(foreign.get(each.name) ?? []), each])
    }
    const subjects = new Map(kinds.map(each => [each.kind, each.subjects]))
    const speaksOf = (kind, words) => subjects.get(kind)?.some(subject => words.includes(subject))
    const report = (node, { kind, name, home }, messageId = 'literal') =>
      context.report({ node, messageId, data: { kind, name, home } })

    const scopeOf = node => context.sourceCode.getScope?.(node)
    const checkLiteral = (node, text) => {
      const candidates = foreign.get(text)
      if (candidates === undefined || isNoName(node)) return
      const words = contextWords(node, scopeOf)
      const meant =
        candidates.find(({ kind }) => speaksOf(kind, words.all)) ??
        candidates.find(({ kind }) => isListOf(node, kind, names)) ??
        (words.isCompared && words.isGeneral && !ordinaryWords.has(text)
          ? candidates[0]
          : undefined)
      if (meant !== undefined) report(node, meant)
    }
    const listeners = {
      Literal(node) {
        if (typeof node.value === 'string') checkLiteral(node, node.value)
      },
      TemplateLiteral(node) {
        if (node.expressions.length === 0) checkLiteral(node, node.quasis[0].value.cooked)
      },
      Property(node) {
        if (node.computed || node.key.type !== 'Identifier') return
        if (node.parent.type !== 'ObjectExpression') return
        const meant = foreign.get(node.key.name)?.find(({ kind }) => areKeysOf(node, kind, names))
        if (meant !== undefined) report(node.key, meant)
      },
      MemberExpression(node) {
        if (!accesses || node.computed || node.property.type !== 'Identifier') return
        const candidates = foreign.get(node.property.name) ?? []
        const words = lastWords(node.object, scopeOf)
        const meant = candidates.find(({ kind }) => speaksOf(kind, words))
        if (meant !== undefined) report(node.property, meant, 'access')
      },
    }
    const services = context.sourceCode.parserServices
    if (services?.defineTemplateBodyVisitor === undefined) return listeners
    return services.defineTemplateBodyVisitor(listeners, listeners)
  },
}

/** Imports, keys of objects, messages of broken invariants and names of random streams. */
function isNoName({ parent, ...node }) {
  if (/^(Import|Export)/.test(parent.type)) return true
  if (parent.type === 'Property') {
    return parent.key.range[0] === node.range[0] || parent.key.name === 'purpose'
  }
  return false
}

/** Nodes that only pass on what a literal stands for. */
const passing = new Set(
  [
    ['TSAsExpression', 'TSSatisfiesExpression', 'TSLiteralType', 'TSUnionType', 'SpreadElement'],
    [
      'ConditionalExpression',
      'LogicalExpression',
      'ArrayExpression',
      'TSTypeAnnotation',
      'ChainExpression',
    ],
    ['TSArrayType', 'TSTypeOperator', 'VExpressionContainer', 'ObjectExpression', 'TSTypeLiteral'],
  ].flat(),
)

/**
 * Words of what a literal is compared with or given to. Names that say nothing are passed over, up to the declaration.
 * `isGeneral`: nothing that says more was met.
 */
function contextWords(literal, scopeOf) {
  const all = []
  let isCompared = false
  let child = literal
  for (let node = literal.parent; node !== null && node !== undefined; node = node.parent) {
    const words = wordsAround(node, child, scopeOf)
    if (words === null) break
    if (['BinaryExpression', 'SwitchCase'].includes(node.type)) isCompared = true
    all.push(...words)
    if (words.some(word => !generalWords.has(word))) break
    child = node
  }
  return { all, isCompared, isGeneral: all.every(word => generalWords.has(word)) }
}

/** @returns null where the search ends */
function wordsAround(node, child, scopeOf) {
  switch (node.type) {
    case 'BinaryExpression':
      if (!['==', '===', '!=', '!==', 'in'].includes(node.operator)) return null
      return lastWords(node.left === child ? node.right : node.left, scopeOf)
    case 'SwitchCase':
      return node.test === child ? lastWords(node.parent.discriminant, scopeOf) : null
    case 'MemberExpression': {
      if (node.property === child) return lastWords(node.object, scopeOf)
      // ['pbt', 'pb2'].includes(sampler.name)
      const call = node.parent
      if (call.type !== 'CallExpression' || node.object !== child) return null
      return call.arguments.flatMap(argument => lastWords(argument, scopeOf))
    }
    case 'CallExpression':
      return node.callee === child ? null : calleeWords(node.callee, scopeOf)
    case 'NewExpression':
      return node.callee.name === 'Set' || node.callee.name === 'Map' ? [] : null
    case 'Property':
    case 'PropertyDefinition':
    case 'TSPropertySignature':
      return node.key === child ? null : keyWords(node.key)
    case 'VariableDeclarator':
      return [...lastWords(node.id, scopeOf), ...typeWords(node.id.typeAnnotation)]
    case 'AssignmentExpression':
    case 'AssignmentPattern':
      return lastWords(node.left, scopeOf)
    case 'TSTypeAliasDeclaration':
      return splitWords(node.id.name)
    case 'TSInterfaceBody':
      return splitWords(node.parent.id.name)
    case 'Identifier':
      return splitWords(node.name)
    case 'ReturnStatement':
      return []
    case 'BlockStatement':
      return /Function/.test(node.parent.type) ? [] : null
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
      return [...splitWords(node.id?.name ?? ''), ...typeWords(node.returnType)]
    default:
      return passing.has(node.type) ? [] : null
  }
}

const splitWords = name =>
  wordsOf(name)
    .split(' ')
    .filter(word => word !== '')
const keyWords = key => splitWords(String(key.name ?? key.value ?? ''))

function typeWords(annotation) {
  const type = annotation?.typeAnnotation
  if (type === undefined) return []
  const names = []
  const visit = node => {
    if (node?.type === 'TSTypeReference')
      names.push(node.typeName?.name ?? node.typeName?.right?.name ?? '')
    if (node?.type === 'TSIndexedAccessType') {
      names.push(String(node.indexType?.literal?.value ?? ''))
    }
    node?.elementType && visit(node.elementType)
    node?.typeAnnotation && visit(node.typeAnnotation)
    node?.types?.forEach(visit)
    node?.typeArguments?.params?.forEach(visit)
  }
  visit(type)
  return names.flatMap(splitWords)
}

/** `z.enum([…])` speaks of nothing, `findTask('…')` does; `schema.default('…')` speaks of what is in front. */
function calleeWords(callee, scopeOf) {
  if (callee.type === 'MemberExpression') {
    const words = keyWords(callee.property)
    const general = ['default', 'enum', 'literal', 'push', 'add', 'includes', 'has', 'freeze']
    if (!words.every(word => general.includes(word) || generalWords.has(word))) return words
    return callee.object.name === 'z' || words[0] === 'default'
      ? []
      : lastWords(callee.object, scopeOf)
  }
  return lastWords(callee, scopeOf)
}

/** Words of the last name in an expression, or of the one before where it says nothing. */
function lastWords(node, scopeOf, depth = 0) {
  if (node === null || node === undefined || depth > 6) return []
  const further = next => lastWords(next, scopeOf, depth + 1)
  switch (node.type) {
    case 'Identifier': {
      const words = splitWords(node.name)
      if (!words.every(word => generalWords.has(word))) return words
      return [...words, ...declaredWords(node, scopeOf, further)]
    }
    case 'MemberExpression': {
      const words = keyWords(node.property)
      const isGeneral = words.length > 0 && words.every(word => generalWords.has(word))
      return isGeneral ? [...words, ...further(node.object)] : words
    }
    case 'CallExpression':
      return [...calleeWords(node.callee, scopeOf), ...node.arguments.flatMap(further)]
    case 'ChainExpression':
    case 'TSNonNullExpression':
    case 'TSAsExpression':
      return further(node.expression)
    case 'AwaitExpression':
      return further(node.argument)
    case 'LogicalExpression':
      return [...further(node.left), ...further(node.right)]
    case 'ObjectPattern':
      return []
    default:
      return []
  }
}

/** What a variable with a general name was declared as: its type, and what it was taken from. */
function declaredWords(identifier, scopeOf, further) {
  for (let scope = scopeOf(identifier); scope; scope = scope.upper) {
    const variable = scope.set.get(identifier.name)
    if (variable === undefined) continue
    return variable.defs.flatMap(({ name, node, type }) => {
      const annotated = typeWords(name.typeAnnotation)
      if (type === 'Parameter') {
        const pattern = node.params?.find(
          each => each.range[0] <= name.range[0] && name.range[1] <= each.range[1],
        )
        return [...annotated, ...typeWords(pattern?.typeAnnotation)]
      }
      return type === 'Variable' ? [...annotated, ...further(node.init)] : annotated
    })
  }
  return []
}

/** Whether a literal stands in a list of names of one kind, two at least. */
function isListOf(node, kind, names) {
  const list = node.parent.type === 'TSLiteralType' ? node.parent.parent : node.parent
  const members =
    list.type === 'ArrayExpression'
      ? list.elements
      : list.type === 'TSUnionType'
        ? list.types.map(type => type.literal ?? null)
        : []
  const texts = members.map(member => member?.value)
  return (
    texts.length >= 2 &&
    texts.every(text => isNameOf(text, kind, names)) &&
    texts.some(text => !ordinaryWords.has(text))
  )
}

/** Whether all keys of an object, two at least, are names of one kind. */
function areKeysOf({ parent }, kind, names) {
  const keys = parent.properties.map(({ key }) => key?.name ?? key?.value)
  return (
    keys.length >= 2 &&
    keys.every(key => isNameOf(key, kind, names)) &&
    keys.some(key => !ordinaryWords.has(key))
  )
}

const isNameOf = (text, kind, names) =>
  typeof text === 'string' && names.some(each => each.kind === kind && each.name === text)
