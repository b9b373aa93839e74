"""stub until written"""
from __future__ import annotations
import datetime as dt, json, re
from collections import Counter
from dataclasses import dataclass
@dataclass
class Gold:
    id: str; title: str; date: object; text: str; sentences: list; acts: list; meetings: list; pledges: list; links: list
def load_gold(path, corpus=None):
    return [Gold(r['id'],r['title'],dt.date.fromisoformat(r['date']),r['text'],r['sentences'],*(r['gold'][k] for k in('acts','meetings','pledges','links'))) for r in json.load(open(path))]
def tokens(t): return Counter(re.findall(r"\w+",(t or '').lower()))
def overlap(a,b):
    x,y=tokens(a),tokens(b)
    if not x or not y: return 1.0 if not x and not y else 0.0
    return 2*sum((x&y).values())/(sum(x.values())+sum(y.values()))
def sentence_of(spans,a,b): return max(range(len(spans)),key=lambda i:min(b,spans[i][1])-max(a,spans[i][0]))+1
