"""Small models of every architecture a task is tried with, built from their configs."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

SENTENCES = (
    "the ferry leaves the north harbour at noon and the market opens at six",
    "she moved to the island in spring , he stayed in the old town by the river",
    "please close the window before it rains , the lid of the kettle never shut",
    "ada wong wrote to lisbon about a parcel that was left in the rain",
    "bread is cheap , boats are late , the bridge is open and the light is green",
)
WORDS = tuple(sorted({word for sentence in SENTENCES for word in sentence.split()}))
LABELS = ("calm", "busy", "wet", "dry")
SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
}
PIXELS = 32
PLAIN = ("input_ids", "attention_mask")
BERT = ("input_ids", "token_type_ids", "attention_mask")


def word_tokenizer(folder: Path, *, chat: bool = False, inputs: tuple[str, ...] = BERT) -> Any:
    """Save a tokenizer of whole words with the special tokens of BERT; give it."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    pieces = [*special, *letters, *[f"##{letter}" for letter in letters], ".", ",", "?", *WORDS]
    vocabulary = {piece: place for place, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    from tokenizers import decoders

    tokenizer.decoder = decoders.WordPiece(prefix="##")
    if not chat:
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[("[CLS]", vocabulary["[CLS]"]), ("[SEP]", vocabulary["[SEP]"])],
        )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        mask_token="[MASK]", bos_token="[CLS]", eos_token="[SEP]",
        model_max_length=64, model_input_names=list(inputs),
    )  # fmt: skip
    if chat:
        fast.chat_template = "{% for m in messages %}{{ m['content'] }} [SEP] {% endfor %}"
    fast.save_pretrained(folder)
    return fast


def _bert(folder: Path, kind: str, labels: tuple[str, ...] = LABELS) -> Any:
    import transformers

    tokenizer = word_tokenizer(folder)
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=64, **SMALL,
        id2label=dict(enumerate(labels)), label2id={label: n for n, label in enumerate(labels)},
    )  # fmt: skip
    return getattr(transformers, f"Bert{kind}")(config)


def _gpt(folder: Path) -> Any:
    import transformers

    tokenizer = word_tokenizer(folder, chat=True)
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_positions=64, n_embd=32, n_layer=2, n_head=4,
        bos_token_id=tokenizer.bos_token_id, eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return transformers.GPT2LMHeadModel(config)


def _t5(folder: Path) -> Any:
    import transformers

    tokenizer = word_tokenizer(folder)
    config = transformers.T5Config(
        vocab_size=len(tokenizer), d_model=32, d_kv=8, d_ff=64, num_layers=2, num_heads=4,
        decoder_start_token_id=0, pad_token_id=0, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    return transformers.T5ForConditionalGeneration(config)


def _image_processor(folder: Path) -> None:
    from transformers import ViTImageProcessor

    ViTImageProcessor(size={"height": PIXELS, "width": PIXELS}).save_pretrained(folder)


def _vit_config(**more: Any) -> Any:
    from transformers import ViTConfig

    return ViTConfig(image_size=PIXELS, patch_size=8, **SMALL, **more)


def _vit(folder: Path) -> Any:
    from transformers import ViTForImageClassification

    _image_processor(folder)
    return ViTForImageClassification(
        _vit_config(
            id2label=dict(enumerate(LABELS)), label2id={label: n for n, label in enumerate(LABELS)}
        )
    )


def _captions(folder: Path) -> Any:
    import transformers

    _image_processor(folder)
    tokenizer = word_tokenizer(folder)
    decoder = transformers.GPT2Config(
        vocab_size=len(tokenizer), n_positions=64, n_embd=32, n_layer=2, n_head=4,
        add_cross_attention=True, is_decoder=True,
    )  # fmt: skip
    config = transformers.VisionEncoderDecoderConfig.from_encoder_decoder_configs(
        _vit_config(), decoder
    )
    config.decoder_start_token_id = tokenizer.bos_token_id
    config.pad_token_id = tokenizer.pad_token_id
    model = transformers.VisionEncoderDecoderModel(config=config)
    model.generation_config.decoder_start_token_id = tokenizer.bos_token_id
    model.generation_config.pad_token_id = tokenizer.pad_token_id
    return model


def _yolos(folder: Path) -> Any:
    import transformers

    transformers.YolosImageProcessor(size={"height": PIXELS, "width": PIXELS}).save_pretrained(
        folder
    )
    return transformers.YolosForObjectDetection(
        transformers.YolosConfig(
            image_size=[PIXELS, PIXELS],
            patch_size=8,
            num_detection_tokens=4,
            **SMALL,
            id2label=dict(enumerate(LABELS)),
            label2id={label: n for n, label in enumerate(LABELS)},
        )
    )


def _segformer(folder: Path) -> Any:
    import transformers

    transformers.SegformerImageProcessor(size={"height": 64, "width": 64}).save_pretrained(folder)
    return transformers.SegformerForSemanticSegmentation(
        transformers.SegformerConfig(
            hidden_sizes=[8, 16, 24, 32],
            depths=[1, 1, 1, 1],
            num_attention_heads=[1, 2, 2, 4],
            decoder_hidden_size=16,
            id2label=dict(enumerate(LABELS)),
            label2id={label: n for n, label in enumerate(LABELS)},
        )
    )


def _clip(folder: Path) -> Any:
    import transformers

    tokenizer = word_tokenizer(folder, inputs=PLAIN)
    pictures = transformers.CLIPImageProcessor(
        size={"shortest_edge": PIXELS}, crop_size={"height": PIXELS, "width": PIXELS}
    )
    pictures.save_pretrained(folder)
    text = {
        "vocab_size": len(tokenizer), "max_position_embeddings": 64, **SMALL,
        "eos_token_id": tokenizer.eos_token_id, "bos_token_id": tokenizer.bos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    vision = {"image_size": PIXELS, "patch_size": 8, **SMALL}
    config = transformers.CLIPConfig(text_config=text, vision_config=vision, projection_dim=16)
    return transformers.CLIPModel(config)


def _vilt(folder: Path) -> Any:
    import transformers

    word_tokenizer(folder)
    tokenizer = transformers.BertTokenizerFast.from_pretrained(folder)
    pictures = transformers.ViltImageProcessor(size={"shortest_edge": PIXELS}, size_divisor=8)
    transformers.ViltProcessor(pictures, tokenizer).save_pretrained(folder)
    config = transformers.ViltConfig(
        vocab_size=len(tokenizer), image_size=PIXELS, patch_size=8, max_position_embeddings=64,
        **SMALL, id2label=dict(enumerate(LABELS)),
        label2id={label: n for n, label in enumerate(LABELS)}, modality_type_vocab_size=2,
    )  # fmt: skip
    return transformers.ViltForQuestionAnswering(config)


def _swin2sr(folder: Path) -> Any:
    import transformers

    transformers.Swin2SRImageProcessor(pad_size=8).save_pretrained(folder)
    return transformers.Swin2SRForImageSuperResolution(
        transformers.Swin2SRConfig(
            image_size=16,
            patch_size=1,
            embed_dim=12,
            depths=[1],
            num_heads=[2],
            window_size=8,
            upscale=2,
        )
    )


_WAVES = {
    **SMALL, "conv_dim": (16, 16), "conv_stride": (5, 4), "conv_kernel": (10, 8),
    "num_feat_extract_layers": 2, "num_conv_pos_embeddings": 8, "num_conv_pos_embedding_groups": 2,
}  # fmt: skip


def _speech(folder: Path) -> Any:
    import json

    import transformers

    letters = ["<pad>", "<s>", "</s>", "<unk>", "|", *"ABCDEFGHIJ"]
    vocabulary = folder / "vocab.json"
    vocabulary.write_text(json.dumps({one: n for n, one in enumerate(letters)}), encoding="utf-8")
    tokenizer = transformers.Wav2Vec2CTCTokenizer(str(vocabulary))
    sounds = transformers.Wav2Vec2FeatureExtractor(sampling_rate=16_000)
    transformers.Wav2Vec2Processor(sounds, tokenizer).save_pretrained(folder)
    return transformers.Wav2Vec2ForCTC(
        transformers.Wav2Vec2Config(vocab_size=len(letters), pad_token_id=0, **_WAVES)
    )


def _sounds(folder: Path) -> Any:
    import transformers

    transformers.Wav2Vec2FeatureExtractor(sampling_rate=16_000).save_pretrained(folder)
    return transformers.Wav2Vec2ForSequenceClassification(
        transformers.Wav2Vec2Config(
            **_WAVES,
            classifier_proj_size=16,
            id2label=dict(enumerate(LABELS)),
            label2id={label: n for n, label in enumerate(LABELS)},
        )
    )


def _voice(folder: Path) -> Any:
    import json

    import transformers

    letters = {one: place for place, one in enumerate([" ", *"abcdefghijklmnopqrstuvwxyz", "."])}
    (folder / "vocab.json").write_text(json.dumps(letters), encoding="utf-8")
    transformers.VitsTokenizer(str(folder / "vocab.json"), phonemize=False).save_pretrained(folder)
    return transformers.VitsModel(
        transformers.VitsConfig(
            vocab_size=len(letters),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            ffn_dim=16,
            flow_size=16,
            spectrogram_bins=9,
            upsample_initial_channel=16,
            upsample_rates=[8, 8],
            upsample_kernel_sizes=[16, 16],
            resblock_kernel_sizes=[3],
            resblock_dilation_sizes=[[1]],
            prior_encoder_num_flows=1,
            wavenet_dilation_rate=1,
            prior_encoder_num_wavenet_layers=1,
            posterior_encoder_num_wavenet_layers=1,
            duration_predictor_num_flows=1,
            duration_predictor_filter_channels=16,
            depth_separable_channels=2,
            depth_separable_num_layers=1,
        )
    )


BUILDS: Mapping[str, Callable[[Path], Any]] = {
    "labels": lambda folder: _bert(folder, "ForSequenceClassification"),
    "vectors": lambda folder: _bert(folder, "Model"),
    "gaps": lambda folder: _bert(folder, "ForMaskedLM"),
    "names": lambda folder: _bert(
        folder, "ForTokenClassification", ("O", "B-PER", "I-PER", "B-LOC")
    ),
    "entailment": lambda folder: _bert(
        folder, "ForSequenceClassification", ("contradiction", "neutral", "entailment")
    ),
    "ranking": lambda folder: _bert(folder, "ForSequenceClassification", ("relevance",)),
    "answers": lambda folder: _bert(folder, "ForQuestionAnswering", ("start", "end")),
    "stories": _gpt,
    "summaries": _t5,
    "pictures": _vit,
    "captions": _captions,
    "objects": _yolos,
    "segments": _segformer,
    "likeness": _clip,
    "questions": _vilt,
    "sharper": _swin2sr,
    "speech": _speech,
    "sounds": _sounds,
    "voice": _voice,
}
"""By model name; each saves what goes beside the weights and gives the model."""
