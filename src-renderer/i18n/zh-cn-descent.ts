import type { enDescent } from './en-descent.ts'

export const zhCnDescent: typeof enDescent = {
  title: '沿梯度下降',
  text: '梯度所下降的损失，以及梯度从未见过的数据的损失。两条线分开之处，搜索开始拟合所见数据。',
  validationLoss: '梯度所见的数据',
  holdoutLoss: '梯度未见的数据',
  loss: '损失',
  gradient: '梯度',
  mode: '模式',
  modes: {
    forward: '前向：随训练一同传递',
    reverse: '反向：沿训练步骤回传',
    implicit: '隐式：在极小点处',
    online: '在线：学习率沿梯度变化',
    none: '无',
  },
  norm: '范数',
  selfTest: '自检误差',
  selfTestHelp: '在此模型与引擎上，与有限差分的最大相对差',
  derivative: '导数',
  derivatives: '对各参数的导数',
  derivativeHelp: '梯度所见数据上的损失，对参数一个单位的变化',
}
