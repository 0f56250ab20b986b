import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { put, tableCase, textSource, type HostileCase } from './hostile-case.ts'

const good = 'x,c,y\n1,red,a\n2,blue,b\n3,red,a\n'
const packed = gzipSync(good)
const bytes = (...parts: (string | readonly number[])[]) =>
  Buffer.concat(parts.map(part => Buffer.from(part as string)))
const changed = (content: Uint8Array, at: number, ...values: number[]) => {
  const copy = Buffer.from(content)
  copy.set(values, at < 0 ? copy.length + at : at)
  return copy
}
const manyRows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => `${row(index)}\n`).join('')

const nothing = ['rows', 'rule.headerAndRow'] as const
const unequal = 'rule.csv.fieldCount'

function textCase(name: string, content: string, field: string, rule: string, line?: number) {
  const make = (folder: string) =>
    textSource({ file: put(folder, 'texts.csv', content), text: 'text', target: 'class' })
  return {
    name,
    make,
    code: 'data.invalid' as const,
    field,
    rule,
    ...(line === undefined ? {} : { line }),
  }
}

/** Tables of text: CSV and TSV, plain and packed. */
export const hostileTables: readonly HostileCase[] = [
  tableCase('an empty file', '', nothing),
  tableCase('a header alone', 'x,c,y\n', nothing),
  tableCase('a byte order mark alone', '\ufeff', nothing),
  tableCase('blank lines alone', '\n\n\r\n\n', nothing),
  tableCase('a quote that is never closed', `${good}4,"red,b\n5,red,a\n`, [
    'field',
    'rule.csv.quoteClosed',
  ]),
  tableCase('a quote inside a field', 'x,c,y\n1,re"d,a\n', ['field', 'rule.csv.openingQuote', 2]),
  tableCase('text behind a closing quote', 'x,c,y\n1,"red"!,a\n', [
    'field',
    'rule.csv.afterQuote',
    2,
  ]),
  tableCase('a row that is too short', 'x,c,y\n1,red,a\n2,blue\n', ['fields', unequal, 3]),
  tableCase('a row that is too long', 'x,c,y\n1,red,a\n2,blue,b,b\n', ['fields', unequal, 3]),
  tableCase(
    'a short row of a table with tabs',
    'x\tc\ty\n1\tred\ta\n2\tblue\n',
    ['fields', unequal, 3],
    { delimiter: '\t' },
  ),
  tableCase('a million columns', `${manyRows(2, () => 'c,'.repeat(999_999))}`, [
    'record',
    'rule.csv.recordBytes 1000000',
  ]),
  tableCase(
    'more columns than a table may have',
    `${Array.from({ length: 10_001 }, (_, index) => `c${index}`).join()}\n`,
    ['columns', 'rule.atMost 10000', 1],
  ),
  tableCase('a field of two megabytes', `x,c,y\n1,${'z'.repeat(2_000_000)},a\n`, [
    'record',
    'rule.csv.recordBytes 1000000',
  ]),
  tableCase('a field of two megabytes in quotes', `x,c,y\n1,"${'z'.repeat(2_000_000)}",a\n`, [
    'record',
    'rule.csv.recordBytes 1000000',
  ]),
  tableCase('a table in Latin-1', bytes('x,c,y\n1,caf', [0xe9], ',a\n2,the,b\n'), [
    'encoding',
    'rule.encoding utf-8 encoding',
    2,
  ]),
  tableCase(
    'UTF-8 that goes on in GB 18030',
    bytes('x,c,y\n1,红,a\n2,', [0xba, 0xec, 0xc9, 0xab], ',b\n'),
    ['encoding', 'rule.encoding utf-8 encoding', 3],
  ),
  tableCase('a character that is cut at the end', bytes('x,c,y\n1,red,a\n2,blue,b\n3,', [0xe7]), [
    'encoding',
    'rule.encoding utf-8 encoding',
  ]),
  tableCase('an image that is called a table', bytes([0x89], 'PNG\r\n', [0x1a], '\n', [0, 0]), [
    'content',
    'rule.textFile',
  ]),
  tableCase('a target that is NaN', 'x,y\n1,0.5\n2,NaN\n3,1.5\n', ['y', 'rule.targetMissing', 3]),
  tableCase('a target that is absent', 'x,y\n1,0.5\n2,\n3,1.5\n', ['y', 'rule.targetMissing', 3]),
  tableCase('a number that overflows', 'x,y\n1,a\n1e999,b\n', ['x', 'rule.float64', 3]),
  tableCase('a target that overflows', 'x,y\n1,0.5\n2,-1e400\n', ['y', 'rule.float64', 3]),
  tableCase('a column name twice', 'x,x,y\n1,2,a\n', ['header[1]', 'rule.unique', 1]),
  tableCase('a column without a name', 'x,,y\n1,2,a\n', ['header[1]', 'rule.columnName', 1]),
  tableCase(
    'a target that is no column',
    good,
    ['objective.data.target', 'rule.unknownName column x c y'],
    { target: '__proto__' },
  ),
  tableCase(
    'a categorical column that is no column',
    good,
    ['objective.data.categorical', 'rule.unknownName column'],
    { categorical: ['constructor'] },
  ),
  tableCase(
    'a target among the ignored columns',
    good,
    ['objective.data.ignore', 'rule.notTarget'],
    { ignore: ['y'] },
  ),
  tableCase('one class', 'x,y\n1,a\n2,a\n', ['y', 'rule.differentValues 2']),
  tableCase('a quantity that never changes', 'x,y\n1,2.5\n2,2.5\n', [
    'y',
    'rule.differentValues 2',
  ]),
  tableCase('features that never change', 'x,y\n1,a\n1,b\n', ['columns', 'rule.noFeatures']),
  tableCase('words in a quantity', 'x,y\n1,2.5\n2,tall\n', ['y', 'rule.regressionTarget', 3], {
    problem: 'regression',
  }),
  tableCase('a class in two spellings', 'x,y\n1,1\n2,1.0\n3,2\n', ['y', 'rule.sameNumber 1']),
  tableCase(
    'more classes than a model may have',
    `x,y\n${manyRows(1_001, index => `${index},k${index}`)}`,
    ['y', 'rule.classCount 1000'],
  ),
  tableCase('a gzip file that is cut short', packed.subarray(0, -12), [
    'gzip',
    'rule.undamaged gzip',
  ]),
  tableCase('a gzip file with a wrong checksum', changed(packed, -8, 1, 2, 3, 4), [
    'gzip',
    'rule.undamaged gzip',
  ]),
  tableCase('a gzip header and nothing else', packed.subarray(0, 2), [
    'gzip',
    'rule.undamaged gzip',
  ]),
  tableCase('a gzip bomb', gzipSync(Buffer.alloc(20_000_000, 'a')), [
    'record',
    'rule.csv.recordBytes 1000000',
  ]),
  tableCase('gzip within gzip', gzipSync(packed), ['content', 'rule.textFile']),
  {
    ...tableCase('a table that is not there', folder => path.join(folder, 'none.csv'), [
      'objective.data.file',
      '',
    ]),
    code: 'file.notFound',
  },
  {
    ...tableCase('a folder that is called a table', folder => folder, ['', 'rule.isFile']),
    code: 'file.unreadable',
    field: null,
  },
  textCase(
    'texts without their column',
    'words,class\na,b\n',
    'objective.data.source.text',
    'rule.unknownName column words class',
  ),
  textCase(
    'texts with their column twice',
    'text,text,class\na,b,c\n',
    'objective.data.source.text',
    'rule.oneColumn',
  ),
  textCase('a text without a class', 'text,class\na,b\nc,\n', 'class', 'rule.everyRow', 3),
  textCase('texts of one class', 'text,class\na,b\nc,b\n', 'class', 'rule.classes'),
]
