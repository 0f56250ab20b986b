/** Words that stand for true and false, or for no value, in lower case. */

const truth = new Map<string, boolean>()
for (const word of [
  ...['true', 't', 'yes', 'y', 'on', 'wahr', 'ja', 'j', 'vrai', 'oui', 'o', 'sí', 'si', 'sì', 's'],
  ...['verdadero', 'verdadeiro', 'vero', 'sim', 'tak', 'ano', 'igen', 'kyllä', 'evet', 'да', 'д'],
  ...['истина', 'так', 'ναι', 'نعم', 'כן', 'हाँ', 'हां', 'ya', 'vâng', 'có', 'はい', '예', '네'],
  ...['是', '对', '對', '真', '有', '✓', '✔', '☑', 'da'],
]) {
  truth.set(word, true)
}
for (const word of [
  ...[
    'false',
    'f',
    'no',
    'n',
    'off',
    'falsch',
    'nein',
    'faux',
    'non',
    'falso',
    'não',
    'nao',
    'nie',
  ],
  ...[
    'ne',
    'nem',
    'ei',
    'hayır',
    'hayir',
    'нет',
    'н',
    'ложь',
    'ні',
    'όχι',
    'لا',
    'לא',
    'नहीं',
    'tidak',
  ],
  ...[
    'không',
    'いいえ',
    '아니요',
    '아니오',
    '否',
    '错',
    '錯',
    '假',
    '无',
    '無',
    '✗',
    '✘',
    '☐',
    'nej',
    'nu',
  ],
]) {
  truth.set(word, false)
}

/** Whether a word says true or false in one of many languages; null for any other. */
export function parseTruth(text: string): boolean | null {
  return text.length > 10 ? null : (truth.get(text.toLowerCase()) ?? null)
}

const nothing = new Set([
  ...['-', '--', '---', '–', '—', '.', '..', '...', '…', '*', '?', ':', '/'],
  ...[
    'na',
    'n/a',
    'n.a.',
    'n.a',
    '#n/a',
    '#na',
    '#n/a n/a',
    '<na>',
    'nan',
    '-nan',
    '+nan',
    'nat',
    'nil',
  ],
  ...[
    'null',
    '(null)',
    '\\n',
    'none',
    'missing',
    'unknown',
    'unk',
    'undefined',
    'blank',
    '(blank)',
  ],
  ...[
    'not available',
    'not applicable',
    'not reported',
    'no data',
    'nd',
    'n.d.',
    'n/d',
    'n.v.',
    'tbd',
  ],
  ...[
    '1.#qnan',
    '-1.#qnan',
    '1.#ind',
    '-1.#ind',
    '#div/0!',
    '#value!',
    '#ref!',
    '#name?',
    '#num!',
    '#null!',
  ],
  ...[
    'k.a.',
    'k. a.',
    'keine angabe',
    'unbekannt',
    'fehlt',
    's/d',
    's.d.',
    'sin dato',
    'desconocido',
  ],
  ...['inconnu', 'nc', 'n.c.', 'sconosciuto', 'nd.', 'brak', 'нет данных', 'неизвестно', 'н/д'],
  ...['无', '無', '暂无', '缺失', '未知', '不详', '空', '不明', 'なし', '欠損', '없음'],
])

/** Whether a text among numbers says that there is none. */
export function meansNoValue(text: string): boolean {
  return text.length <= 20 && nothing.has(text.toLowerCase())
}

const infinity = /^[+-]?(?:inf|infinity|∞)$/i

export function isInfinity(text: string): boolean {
  return infinity.test(text)
}
