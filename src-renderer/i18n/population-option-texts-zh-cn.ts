/** Explanations of the options of searches that go on from checkpoints; see `option-texts-zh-cn.ts`. */
export const populationOptionTextsZhCn: Readonly<Record<string, string>> = {
  'Members that train side by side.': '并行训练的成员数。',
  'Steps (epochs) between two decisions.': '两次决定之间的步数（轮数）。',
  'Steps of a whole training, after which the search ends; absent: stop rules end it.':
    '一次完整训练的步数，达到后搜索结束；省略：由停止规则结束。',
  'Share of the population that is replaced, and by which it is replaced.':
    '种群中被替换者所占的比例，也是用来替换它们者的比例。',
  'Parameters that change on the way; by default every float. Others stay as drawn.':
    '训练途中改变的参数；默认为所有 float。其余保持抽取时的值。',
  'Who is replaced: the worst by one of the best, or the loser of a pair.':
    '谁被替换：最差者由最佳者之一替换，或两两比较中的败者被替换。',
  'By one of these a changed number is multiplied.': '改变的数乘以其中之一。',
  'Chance that a changed parameter is drawn anew instead.': '改变的参数改为重新抽取的概率。',
  'r: the step of the lowest rung.': 'r：最低一级所在的步。',
  'R: steps of a full trial; there is no rung at or beyond it.':
    'R：完整试验的步数；此步及之后没有级。',
  'η: one in so many is promoted, and each rung is so many times higher.':
    'η：每这么多个中晋级一个，每一级的步数为前一级的这么多倍。',
  'Brackets of Hyperband; bracket b leaves out the b lowest rungs.':
    'Hyperband 的组数；第 b 组略去最低的 b 级。',
}
