"""Names that people of the three sites believably bear."""

from __future__ import annotations

from random import Random

_ROME = (
    "Alessandro Andrea Anna Antonio Arianna Barbara Beatrice Carlo Caterina Chiara Claudia Cristina"
    " Daniele Davide Elena Elisa Emanuele Enrico Fabio Federica Filippo Francesca Francesco"
    " Gabriele Giacomo Giorgia Giovanni Giulia Giuseppe Ilaria Irene Laura Lorenzo Luca Lucia"
    " Marco Maria Marta Martina Matteo Michele Nicola Paola Paolo Pietro Riccardo Roberta Roberto"
    " Salvatore Sara Serena Silvia Simone Sofia Stefano Tommaso Valentina Vincenzo Vittoria",
    "Amato Barbieri Basile Bellini Benedetti Bernardi Bianchi Bruno Caputo Carbone Caruso Cattaneo"
    " Colombo Conti Coppola Costa D'Amico D'Angelo De_Angelis De_Luca Esposito Fabbri Farina"
    " Ferrara Ferrari Ferraro Fiore Fontana Galli Gallo Gatti Gentile Giordano Grasso Greco Guerra"
    " Leone Lombardi Longo Mancini Marchetti Mariani Marini Marino Martinelli Mazza Messina"
    " Monti Morelli Moretti Neri Orlando Pagano Palumbo Parisi Pellegrini Pellegrino Ricci Rinaldi"
    " Riva Rizzo Romano Rossetti Rossi Ruggiero Russo Sala Sanna Santoro Serra Silvestri Sorrentino"
    " Testa Valentini Villa Vitale Vitali",
)
_NEW_YORK = (
    "Aaron Alicia Amanda Andrew Angela Anthony Brandon Brian Brianna Carlos Caroline Chloe"
    " Christopher Daniel David Deborah Denise Diego Elizabeth Emily Eric Ethan Gabriela George"
    " Grace Hannah Jacob James Jasmine Jason Jennifer Jessica Jonathan Joseph Joshua"
    " Karen Katherine Kevin Kimberly Laura Lauren Leah Luis Maria Matthew Megan Melissa Michael"
    " Michelle Natalie Nicole Olivia Patrick Rachel Rebecca Robert Ryan Samantha Sarah"
    " Stephanie Steven Thomas Victoria William",
    "Adams Allen Alvarez Anderson Bailey Baker Bennett Brooks Brown Campbell Carter Chen Clark"
    " Cohen Collins Cooper Cruz Davis Diaz Edwards Evans Fisher Flores Foster Garcia Goldberg"
    " Gomez Gonzalez Gray Green Hall Harris Hernandez Hill Howard Hughes Jackson James Johnson"
    " Jones Kaplan Kelly Kim Lee Levine Lewis Lopez Martin Martinez Miller Mitchell Moore Morgan"
    " Morris Murphy Nelson Nguyen O'Brien Ortiz Parker Patel Perez Phillips Price Ramirez Reed"
    " Reyes Rivera Roberts Robinson Rodriguez Rogers Ross Sanchez Schwartz Scott Shapiro Smith"
    " Stewart Sullivan Taylor Thomas Thompson Torres Turner Walker Ward Watson White Williams Wood",
)
_SINGAPORE = (
    "Adeline Aisyah Alvin Amelia Aravind Benjamin Bryan Cheryl Clarence Daniel Darren Deepa Desmond"
    " Edwin Eunice Farah Felicia Gavin Geraldine Hafiz Hui_Min Irfan Jasmine Jeremy Jia_Hui"
    " Jun_Wei Kai_Xiang Karthik Kelvin Lakshmi Li_Ting Mei_Ling Melvin Michelle Nurul Pei_Shan"
    " Priya Rachel Rajesh Raymond Ryan Sheryl Shu_Fen Siti Suresh Terence Vanessa Vincent Wei_Jie"
    " Wei_Ling Xin_Yi Yi_Xuan Zhi_Hao Zul",
    "Abdullah Ang Chan Chandran Chang Chew Chia Chin Chong Chua Foo Goh Hassan Heng Ho Ismail"
    " Kaur Khoo Koh Krishnan Kumar Kwek Lai Lam Lau Lee Leong Lim Loh Low Menon Nair Neo Ng Ong"
    " Pang Pereira Phua Pillai Quek Rahman Raj Rajan Seah Seow Sim Singh Soh Tan Tay Teo Toh"
    " Wee Wong Yap Yeo Yong Zainal",
)
_BY_SITE = {"Rome": _ROME, "New York": _NEW_YORK, "Singapore": _SINGAPORE}


class NameGiver:
    """Gives every person another name, and an address made of it."""

    def __init__(self, rng: Random, domain: str) -> None:
        self._rng = rng
        self._domain = domain
        self._taken: set[str] = set()

    def next(self, site: str) -> tuple[str, str]:
        """A new name of a site and its address, without scheme."""
        first_names, last_names = (words.split() for words in _BY_SITE[site])
        while True:
            first, last = self._rng.choice(first_names), self._rng.choice(last_names)
            local = f"{first}.{last}".lower().replace("_", "").replace("'", "")
            if local not in self._taken:
                self._taken.add(local)
                return f"{first} {last}".replace("_", " "), f"{local}@{self._domain}"
