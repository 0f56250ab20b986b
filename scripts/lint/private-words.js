/**
 * Words that this project had for what the field has a word for. The rule finds declared names (see declared-names.js) and
 * names of files that hold one. It belongs to scripts/codebase-report.ts, which counts them; eslint.config.js does not use it.
 *
 * `words` is matched against the words of a name in lower case with spaces between: `likelyBestPoint` is `likely best point`.
 * `except` lists what has such a name rightly, each with its reason: `words`, `file` (of the path) or `role` (of the
 * declaration); all that an exception names have to hold.
 */
import path from 'node:path'
import { declaredNames, wordsOf } from './declared-names.js'

const test = /^test\//

export const privateWords = [
  // Concepts
  { term: 'manners', words: /\bmanners?\b/, instead: 'run conditions' },
  { term: 'beliefs', words: /\bbeliefs?\b/, instead: 'priors' },
  { term: 'usedToday', words: /\bused today\b/, instead: 'currentConfiguration' },
  { term: 'experience', words: /\bexperiences?\b/, instead: 'warm start' },
  { term: 'likely best', words: /\blikely best\b/, instead: 'estimated best' },
  { term: 'free chart', words: /\bfree charts?\b/, instead: 'custom chart' },
  {
    term: 'face',
    words: /\bfaces?\b/,
    instead: 'step, panel',
    except: [{ words: /\b(font|type) faces?\b/, because: 'a font' }],
  },
  // Room that is left is plain English; several rooms were folders.
  { term: 'room', words: /\brooms\b/, instead: 'module' },
  { term: 'house', words: /\bhouse\b/, instead: 'codebase' },
  {
    term: 'piece',
    words: /\bpieces?\b/,
    instead: 'budget increment',
    except: [
      {
        file: /(^|\/)(i18n|interop|datasets|reports|exchange|math|processes|files|user-code|ssh|worker|cli)\//,
        because: 'parts of a text or of a file',
      },
    ],
  },
  { term: 'go on', words: /\b(go|goes|going|gone|went) on\b/, instead: 'resume, continue' },
  { term: 'anew', words: /\banew\b/, instead: 'again, restart' },
  { term: 'outlook', words: /\boutlooks?\b/, instead: 'learning-curve forecast' },
  { term: 'kept', words: /\bkept\b/, instead: 'stored' },
  { term: 'given back', words: /\bgiv(e|es|en|ing) back\b/, instead: 'requeued' },
  { term: 'given up', words: /\bgiv(e|es|en|ing) up\b/, instead: 'abandoned' },
  { term: 'left jobs', words: /\bleft (jobs?|trials?|attempts?)\b/, instead: 'orphaned' },
  { term: 'twin', words: /\btwins?\b/, instead: 'plain words' },
  { term: 'heir', words: /\bheirs?\b/, instead: 'plain words' },
  { term: 'witness', words: /\bwitness(es)?\b/, instead: 'plain words' },
  {
    term: 'slots of a study',
    words: /^slots$/,
    instead: 'parallelTrials',
    // The capacity of machines, workers and Slurm stays slots.
    within: /^studySpecificationSchema$|^StudySpecification/,
  },
  { term: 'goods', words: /\bgoods\b/, instead: 'what it is' },
  { term: 'thing', words: /\bthings?\b/, instead: 'what it is' },
  {
    term: 'place',
    words: /\bplaces?\b/,
    instead: 'worker, location, host, ExecutionSlot, NodeIndex, ColumnOrigin …',
    except: [
      { words: /^place\b/, role: /function|method/, because: 'the verb' },
      { words: /\b(decimal places?|in place)\b/, because: 'a set phrase' },
    ],
  },
  {
    term: 'queue',
    words: /\bqueues?\b/,
    instead: 'enqueued trials, studyQueue, jobQueue',
    except: [
      { words: /\b(job|study) queues?\b/, because: 'says which' },
      { file: /\b(job|study)-?queue\b/i, because: 'its own folder says which' },
      { file: /slurm/, because: 'that of Slurm, as its users say' },
      {
        words: /^queue$/,
        file: /processes\/system\//,
        because: 'the list of a search through a tree',
      },
    ],
  },
  {
    term: 'program',
    words: /\bprograms?\b/,
    instead: 'TrainingFunction, CompiledFunction, client, supervised process',
    // Elsewhere it is the user's.
    files:
      /(^|\/)(training|engines|processes|optuna-storage)\/|\/api\/(program|client)-|\/access[-/.]/,
    except: [
      { words: /\b(user|users|supervised|foreign) programs?\b/, because: 'says which' },
      {
        file: /engines\/(pack|webgpu)\//,
        because: 'a program of the system; a shader, as TensorFlow.js says',
      },
      {
        words: /^program$/,
        file: /\/cli\/command\.ts$/,
        because: 'the root command, as Commander says',
      },
      {
        words: /^program$/,
        file: /optuna-endpoint\.ts$/,
        role: /property/,
        because: 'the program that an imported study is from: importedFrom.program',
      },
    ],
  },
  {
    term: 'hook',
    words: /\bhooks?\b/,
    instead: 'notification channel',
    except: [{ words: /\bweb hooks?\b/, because: 'the field’s word' }],
  },
  { term: 'news', words: /\bnews\b/, instead: 'notifications' },

  // Code
  { term: 'fact', words: /\bfacts?\b/, instead: 'MessageDescriptor, msg()' },
  { term: 'desk', words: /\bdesks?\b/, instead: 'service' },
  { term: 'door', words: /\bdoors?\b/, instead: 'endpoint, server' },
  {
    term: 'there',
    words: /\bthere$/,
    instead: 'remote …',
    except: [{ words: /^(is|are|was|were) (.* )?there$/, because: 'says that something exists' }],
  },
  { term: 'here', words: /\bhere$/, instead: 'local …' },
  { term: 'children/', path: /\/children\/|(^|\/)children\.ts$/, instead: 'entry-points/' },
  { term: 'looking', words: /\blooking\b|\blooks? on\b/, instead: 'read-only' },
  { term: 'aside', words: /\baside\b/, instead: 'detachedScript' },
  { term: 'beside', words: /^(.* )?model beside$|^beside$/, instead: 'gpFallback; what it is' },
  { term: 'lack', words: /\black\b|^lacks$/, instead: 'unwritableReason' },
  { term: 'coming', words: /\bcoming\b/, instead: 'pending' },
  {
    term: 'say, tell',
    words: /\b(say|says|said|saying|tell|tells|told|telling)\b/,
    instead: 'report, print, describe, notify',
    except: [
      { words: /\bask (and )?tell\b/, because: 'ask and tell, as the field says' },
      {
        file: /(^|[/-])(ask|tell)[-./]|optuna|suggest|clients\/python/,
        because: 'ask and tell, as the field says',
      },
      {
        words: /^(tell|told)$/,
        role: /property|method/,
        file: /^bench\/search\/|^test\/(e2e|endurance|integration\/cli|unit\/features\/studies)\//,
        because: 'lines of ask and tell: {"tell": …} and its answer {"told": …}',
      },
      {
        words: /\b(tell|tells|told)\b/,
        file: /^(src-main|test\/unit)\/(search|math)\//,
        because: 'what an algorithm is told, as in ask and tell',
      },
    ],
  },
  { term: 'remember', words: /\bremember(s|ed|ing)?\b/, instead: 'getOrInsertComputed, cached' },
  {
    term: 'sharing, holding, standing',
    words: /^(?!is |are |has ).*\b(sharing|holding|standing)$/,
    instead: 'the standard noun',
    except: [{ role: /function|method/, because: 'a verb' }],
  },

  // American spelling
  {
    term: 'British spelling',
    words: new RegExp(
      '\\b(' +
        [
          '(dis|re|multi)?colour(s|ed|ing)?|(re)?centre[sd]?|(mis)?behaviours?|favour\\w*|neighbour\\w*',
          'honour\\w*|labour\\w*|flavour\\w*|rigour|harbour|endeavour|metres?|litres?|fibres?|theatre',
          'grey(s|ed|ish)?|licences?|defence|offence|pretence|catalogues?|analogue|artefacts?|programmes?',
          'judgements?|acknowledgements?|fulfil|enrol|ageing|cheques?|moulds?|tyres?|whilst|travell\\w*',
          '(cancel|label|model|signal|total|level|channel|tunnel|fuel|dial|equal|pencil|panel|rival|spiral|initial|parcel|marshal|refuel|relabel)l(ed|ing|er|ers)',
          '\\w*(analys|paralys|catalys)(e|ed|er|ers|ing)',
          '\\w*(optim|minim|maxim|normal|initial|serial|summar|recogn|organ|standard|real|util|quant|discret|random|parallel|synchron|author|categor|general|penal|regular|token|vector|visual|custom|final|local|mem|priorit|special|emphas|synthes|memor|capital|equal|loc|neutral|character|winsor|binar|sanit|apolog|ideal|stabil|central|formal|scalar|canonical|material)is(e|ed|er|ers|es|ing|ation|ations)',
        ].join('|') +
        ')\\b',
    ),
    instead: 'American spelling',
    except: [{ words: /^cancelled$/, file: /slurm/, because: 'a state of Slurm' }],
  },
]

const rowsByWords = new Map()

/** Rows whose words are among these, wherever they stand. */
function rowsWith(words) {
  const rows = rowsByWords.get(words) ?? privateWords.filter(row => row.words?.test(words))
  rowsByWords.set(words, rows)
  return rows
}

/** The terms of the table that a name holds, each once. */
export function privateTerms(name, { file, role = 'binding', within = '' }) {
  const words = wordsOf(name)
  return rowsWith(words).filter(
    row =>
      (row.files?.test(file) ?? true) &&
      (row.within?.test(within) ?? true) &&
      !(row.except ?? []).some(
        exception =>
          (exception.words?.test(words) ?? true) &&
          (exception.file?.test(file) ?? true) &&
          (exception.role?.test(role) ?? true),
      ),
  )
}

/** The terms that the path of a file holds, in its own name or in one of its folders. */
export function privateTermsOfPath(file) {
  const name = path.posix.basename(file).replace(/(\.test)?\.\w+$/, '')
  // A test is called like what it tests.
  const isListed = row => row.path?.test(file.replace(test, '/'))
  return [...privateTerms(name, { file, role: 'file' }), ...privateWords.filter(isListed)]
}

/** Name of the declaration around a node that stands at the top of its file. */
function outermostName(node) {
  let name = ''
  for (let at = node; at; at = at.parent) {
    if (/^(VariableDeclarator|TSTypeAliasDeclaration|TSInterfaceDeclaration)$/.test(at.type)) {
      name = at.id.name ?? ''
    }
  }
  return name
}

export const noPrivateWords = {
  meta: {
    type: 'suggestion',
    docs: { description: 'finds names with words that only this project used' },
    messages: { word: '{{term}}: {{name}} (say {{instead}})' },
    schema: [{ type: 'object', properties: { root: { type: 'string' } } }],
  },
  create(context) {
    const root = context.options[0]?.root ?? context.cwd
    const file = path.relative(root, path.resolve(root, context.filename)).split(path.sep).join('/')
    return declaredNames(
      context,
      (node, name, role) => {
        const place = { file, role, within: name === 'slots' ? outermostName(node) : '' }
        for (const { term, instead } of privateTerms(name, place)) {
          context.report({ node, messageId: 'word', data: { term, name, instead } })
        }
      },
      { properties: true },
    )
  },
}
