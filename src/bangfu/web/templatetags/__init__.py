"""What templates may ask for (模板标签): the look, words, addresses."""
