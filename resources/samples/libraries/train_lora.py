"""
A program of Hugging Face: LoRA adapters on a transformer, tuned and pruned by one callback. It downloads nothing: the transformer is a tiny
one that has learnt nothing yet, and the task is made up. Put your own checkpoint and data in their places.
"""

import peft
import torch
import transformers

import tunewright
from tunewright.transformers import TunewrightCallback

trial = tunewright.trial(defaults={"learningRate": 1e-3, "rank": 8, "alpha": 16, "dropout": 0.0})
transformers.set_seed(trial.seed % 2**32)

# model = transformers.AutoModelForSequenceClassification.from_pretrained("…")
config = transformers.BertConfig(
    vocab_size=64,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=4,
    intermediate_size=64,
    max_position_embeddings=32,
    num_labels=2,
)
model = peft.get_peft_model(
    transformers.BertForSequenceClassification(config),
    peft.LoraConfig(
        task_type=peft.TaskType.SEQ_CLS,
        r=trial.rank,
        lora_alpha=trial.alpha,
        lora_dropout=trial.dropout,
        target_modules=["query", "value"],
    ),
)


def texts(count):
    """Whether the first half of the tokens is larger than the second."""
    tokens = torch.randint(2, 64, (count, 16))
    labels = (tokens[:, :8].sum(1) > tokens[:, 8:].sum(1)).long()
    return [{"input_ids": one, "labels": label} for one, label in zip(tokens, labels)]


trainer = transformers.Trainer(
    model=model,
    args=transformers.TrainingArguments(
        output_dir="out",
        learning_rate=trial.learningRate,
        max_steps=60,
        per_device_train_batch_size=32,
        eval_strategy="steps",
        eval_steps=10,
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        use_cpu=True,
    ),
    train_dataset=texts(512),
    eval_dataset=texts(256),
    callbacks=[TunewrightCallback(trial)],
)
trainer.train()
