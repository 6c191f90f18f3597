-- One row per class of the home: its label in the frame `predictions`, and its emotion.
FROM catalogue.emotions SELECT label, emotion ORDER BY label
