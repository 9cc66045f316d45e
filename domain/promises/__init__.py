"""Online promises (信用承诺): their texts, who may sign, the signing, the paper, the register."""
